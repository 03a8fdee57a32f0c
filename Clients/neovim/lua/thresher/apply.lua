-- Makes a workspace edit, many places at once.
--
-- Neovim makes its changes one by one and looks at the whole text after each: thirteen thousand of
-- them in 10 MB took longer than anyone waits. Here they are one change, and one step of undo.

-- The byte (from 0) of a line at which a position is.
local function byte(line, character, encoding)
  if encoding == 'utf-8' then
    return math.min(character, #line)
  end
  local ok, index = pcall(vim.str_byteindex, line, character, encoding == 'utf-16')
  return ok and index or #line
end

-- The edits of a buffer, first place first.
local function sorted(result, buffer)
  local uri, edits = vim.uri_from_bufnr(buffer), {}
  for _, change in ipairs(result.documentChanges or {}) do
    if change.textDocument.uri == uri then
      vim.list_extend(edits, change.edits)
    end
  end
  vim.list_extend(edits, (result.changes or {})[uri] or {})
  table.sort(edits, function(a, b)
    local one, other = a.range.start, b.range.start
    return one.line < other.line or one.line == other.line and one.character < other.character
  end)
  return edits
end

-- Where the cursor goes, so that it stays on its record; nil where it is in another buffer.
local function cursor_after(edits, buffer)
  if vim.api.nvim_get_current_buf() ~= buffer then
    return nil
  end
  local cursor = vim.api.nvim_win_get_cursor(0)
  local line = cursor[1] - 1
  for _, edit in ipairs(edits) do
    if edit.range['end'].line <= line then
      local _, added = edit.newText:gsub('\n', '')
      cursor[1] = cursor[1] + added - (edit.range['end'].line - edit.range.start.line)
    end
  end
  return cursor
end

return function(buffer, result, encoding)
  local edits = sorted(result, buffer)
  if #edits == 0 then
    return
  end
  local count = vim.api.nvim_buf_line_count(buffer)
  local first = math.min(edits[1].range.start.line, count - 1)
  local last = first
  for _, edit in ipairs(edits) do
    last = math.max(last, edit.range['end'].line)
  end
  -- The text ends with a line end, after which the server sees one more line.
  local isBeyond = last >= count
  last = math.min(last, count - 1)
  local lines = vim.api.nvim_buf_get_lines(buffer, first, last + 1, true)
  if isBeyond then
    table.insert(lines, '')
  end

  -- What is kept and what is new, in order; `at` is how far the old text has been copied.
  local parts, at = {}, { line = 0, byte = 0 }
  local function copy(line, column)
    if line > at.line then
      table.insert(parts, lines[at.line + 1]:sub(at.byte + 1))
      for between = at.line + 1, line - 1 do
        table.insert(parts, '\n')
        table.insert(parts, lines[between + 1])
      end
      table.insert(parts, '\n')
      table.insert(parts, lines[line + 1]:sub(1, column))
    else
      table.insert(parts, lines[line + 1]:sub(at.byte + 1, column))
    end
  end
  local function place(position)
    local line = position.line - first
    if line >= #lines then
      return #lines - 1, #lines[#lines]
    end
    return line, byte(lines[line + 1], position.character, encoding)
  end
  for _, edit in ipairs(edits) do
    copy(place(edit.range.start))
    table.insert(parts, edit.newText)
    at.line, at.byte = place(edit.range['end'])
  end
  copy(#lines - 1, #lines[#lines])
  local text = table.concat(parts)
  local left = vim.split(text, '\n', { plain = true })
  if left[#left] == '' and (isBeyond or #left == 1 and first == 0 and last == count - 1) then
    table.remove(left)
  end
  local cursor = cursor_after(edits, buffer)
  vim.api.nvim_buf_set_lines(buffer, first, last + 1, true, left)
  if cursor then
    cursor[1] = math.max(1, math.min(cursor[1], vim.api.nvim_buf_line_count(buffer)))
    vim.api.nvim_win_set_cursor(0, cursor)
  end
end
