-- What can be set, with its standard value and its types.
local M = {}

local known = {
  binary = { nil, 'string' }, -- the program; else $THRESHER_BIN, else `thresher` in PATH
  arguments = { {}, 'table' }, -- more for `thresher lsp`
  connect = { nil, 'string' }, -- "HOST:PORT" or the socket of a running daemon
  token = { nil, 'string' }, -- for HOST:PORT; else $THRESHER_TOKEN
  corpus = { nil, 'string' }, -- look records up in this corpus of the daemon
  workspace = { false, 'boolean' }, -- read the folder's other .jsonl files, too
  settings = { {}, 'table' }, -- { near = { threshold = 0.9 }, score = { minimum = 6 } }
  severities = { {}, 'table' }, -- { fluff = 'off' }
  references = { {}, 'table' }, -- evaluation sets that must not occur
  filetypes = { { 'jsonl' }, 'table' }, -- where the server starts by itself
  autostart = { true, 'boolean' },
  code_lens = { true, 'boolean' },
  inlay_hints = { true, 'boolean' },
  echo = { true, 'boolean' }, -- what is wrong with the cursor's line, in the last line
  on_attach = { nil, 'function' }, -- (client, buffer)
}

local chosen = {}

--- Takes over what is chosen; what is left out has its standard value.
--- An unknown name or a wrong type is an error that says so.
function M.set(options)
  for name, value in pairs(options or {}) do
    local entry = known[name]
    if not entry then
      error(('thresher: there is no option "%s"'):format(name), 0)
    elseif type(value) ~= entry[2] then
      error(('thresher: %s is a %s, not a %s'):format(name, entry[2], type(value)), 0)
    end
  end
  chosen = vim.deepcopy(options or {})
end

setmetatable(M, {
  __index = function(_, name)
    if chosen[name] ~= nil then
      return chosen[name]
    end
    return known[name] and known[name][1]
  end,
})

-- An empty table would be written as a list.
local function filled(value)
  return not vim.tbl_isempty(value) and value or nil
end

--- What the server takes at any time.
function M.changeable()
  return {
    settings = filled(M.settings),
    severities = filled(M.severities),
    references = filled(M.references),
    codeLens = M.code_lens,
    inlayHints = M.inlay_hints,
  }
end

--- What it takes at the start.
function M.initialization()
  local options = M.changeable()
  options.corpus = M.corpus
  options.workspace = M.workspace
  options.token = M.connect and (M.token or vim.env.THRESHER_TOKEN) or nil
  return options
end

return M
