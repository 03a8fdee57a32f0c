// As much of VS Code as the extension touches, with one file open in it.
'use strict';

const fs = require('fs');
const path = require('path');
const { pathToFileURL } = require('url');

const manifest = JSON.parse(
  fs.readFileSync(path.join(process.env.THRESHER_CLIENT, 'package.json'), 'utf8'));
const defaults = manifest.contributes.configuration.properties;
const chosen = JSON.parse(process.env.OPTIONS || '{}');
const messages = [];
const registered = new Map();
const listeners = [];

class Position {
  constructor(line, character) {
    Object.assign(this, { line, character });
  }
}

class Range {
  constructor(start, end) {
    Object.assign(this, { start, end });
  }
}

class Selection extends Range {
  get active() {
    return this.end;
  }
}

/** A text whose columns are units of UTF-16, as in VS Code. */
class TextDocument {
  constructor(file) {
    this.file = file;
    this.uri = pathToFileURL(file).href;
    this.languageId = manifest.contributes.languages.find((language) =>
      language.extensions.some((extension) => file.endsWith(extension))).id;
    this.text = fs.readFileSync(file, 'utf8');
    this.version = 1;
  }

  offsetAt({ line, character }) {
    const lines = this.text.split('\n');
    return lines.slice(0, line).reduce((sum, each) => sum + each.length + 1, 0) + character;
  }

  apply(edits) {
    const places = edits.map(({ range, newText }) =>
      [this.offsetAt(range.start), this.offsetAt(range.end), newText]);
    places.sort((a, b) => b[0] - a[0]);
    for (const [start, end, text] of places) {
      this.text = this.text.slice(0, start) + text + this.text.slice(end);
    }
    this.version += 1;
  }

  save() {
    fs.writeFileSync(this.file, this.text);
  }
}

const document = new TextDocument(process.env.FILE);
const zero = new Position(0, 0);
const editor = { document, selection: new Selection(zero, zero) };

module.exports = {
  Position,
  Range,
  Selection,
  window: {
    activeTextEditor: editor,
    showInformationMessage: async (text) => void messages.push(text),
    showErrorMessage: async (text) => void messages.push(text),
    showTextDocument: async (uri, { selection }) => {
      editor.selection = new Selection(selection.start, selection.end);
    },
  },
  workspace: {
    getConfiguration: (section) => ({
      get: (name) => {
        const key = `${section}.${name}`;
        if (!(key in defaults)) throw new Error(`the manifest has no ${key}`);
        return key in chosen ? chosen[key] : defaults[key].default;
      },
    }),
    onDidChangeConfiguration: (listener) => listeners.push(listener),
  },
  commands: {
    registerCommand: (name, run) => {
      if (registered.has(name)) throw new Error(`command '${name}' already exists`);
      registered.set(name, run);
      return { dispose: () => registered.delete(name) };
    },
    executeCommand: (name, ...more) => {
      if (!registered.has(name)) throw new Error(`command '${name}' not found`);
      return registered.get(name)(...more);
    },
  },
  // For the test.
  messages,
  registered,
  manifest,
  choose: async (key, value) => {
    chosen[key] = value;
    const affectsConfiguration = (section) => key === section || key.startsWith(`${section}.`);
    for (const listener of listeners) await listener({ affectsConfiguration });
  },
};
