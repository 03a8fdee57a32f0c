-- The clients: one a folder, shared by its buffers. The only file that knows Neovim's versions.
local config = require('thresher.config')
local transport = require('thresher.transport')
local M = {}

function M.notify(message, level)
  vim.notify('thresher: ' .. message, level or vim.log.levels.INFO)
end

function M.warn(message)
  M.notify(message, vim.log.levels.WARN)
end

-- The ids of those that were started, and which one each buffer was given to.
local started, given = {}, {}

--- All of ours, or those of a buffer; also such that are still starting.
function M.all(buffer)
  local found = {}
  for id in pairs(started) do
    local client = vim.lsp.get_client_by_id(id)
    if not client then
      started[id] = nil
    elseif not buffer or given[buffer] == id then
      table.insert(found, client)
    end
  end
  return found
end

-- Methods were plain functions once.
local function call(client, method, ...)
  if vim.fn.has('nvim-0.11') == 1 then
    return client[method](client, ...)
  end
  return client[method](...)
end

--- Asks the buffer's server; `receive` gets the result. An error is shown.
function M.request(buffer, method, params, receive)
  local client = M.all(buffer)[1]
  if not client then
    M.warn('no server for this buffer; :ThresherStart starts one')
    return
  end
  call(client, 'request', method, params, function(problem, result)
    if problem then
      M.warn(problem.message or tostring(problem))
    else
      receive(result ~= vim.NIL and result or nil, client)
    end
  end, buffer)
end

--- Tells all servers what is chosen now.
function M.reconfigure()
  for _, client in ipairs(M.all()) do
    client.config.settings = { thresher = config.changeable() }
    call(client, 'notify', 'workspace/didChangeConfiguration', { settings = client.config.settings })
  end
end

-- The folder that a version control system keeps, else the file's own.
local function root(buffer)
  local folder = vim.fn.fnamemodify(vim.api.nvim_buf_get_name(buffer), ':p:h')
  local found = vim.fn.finddir('.git', vim.fn.escape(folder, ' ;,') .. ';')
  return found ~= '' and vim.fn.fnamemodify(found, ':p:h:h') or folder
end

-- window/showDocument, for versions that cannot do it themselves.
local function show_document(_, params, context)
  if params.external then
    return { success = false }
  end
  local client = vim.lsp.get_client_by_id(context.client_id)
  M.jump({ uri = params.uri, range = params.selection }, client)
  return { success = true }
end

function M.jump(location, client)
  if vim.lsp.util.show_document then
    vim.lsp.util.show_document(location, client.offset_encoding, { focus = true })
  else
    vim.lsp.util.jump_to_location(location, client.offset_encoding)
  end
end

local function settings(buffer, command)
  local capabilities = vim.lsp.protocol.make_client_capabilities()
  local handlers = {}
  -- Versioned edits: all versions can take them, the old ones do not say so.
  capabilities.workspace.workspaceEdit.documentChanges = true
  -- A command's edit is its result, so that it is known when it has been made.
  capabilities.workspace.applyEdit = false
  if not vim.lsp.handlers['window/showDocument'] then
    capabilities.window.showDocument = { support = true }
    handlers['window/showDocument'] = show_document
  end
  return {
    name = 'thresher',
    cmd = command,
    root_dir = root(buffer),
    capabilities = capabilities,
    handlers = handlers,
    init_options = config.initialization(),
    settings = { thresher = config.changeable() },
    get_language_id = function(_, filetype)
      return filetype == 'json' and 'json' or 'jsonl'
    end,
    -- Where a lens is run, its sum is shown.
    commands = {
      ['thresher.summary'] = function()
        require('thresher').status()
      end,
    },
    -- Neovim 0.10 and 0.11 pull, but are never told that it is time to; pushes come by themselves.
    on_init = function(client)
      client.server_capabilities.diagnosticProvider = nil
    end,
    flags = { debounce_text_changes = 20 },
    on_attach = function(client, attached)
      require('thresher.display').attach(client, attached)
      if config.on_attach then
        config.on_attach(client, attached)
      end
    end,
  }
end

--- Attaches a buffer to its folder's server, and starts that if need be.
function M.start(buffer)
  if vim.api.nvim_buf_get_name(buffer) == '' then
    return M.warn('the buffer has no file name yet')
  end
  local command, problem = transport.command()
  if not command then
    return M.warn(problem)
  end
  local chosen = settings(buffer, command)
  local id
  for _, client in ipairs(M.all()) do
    if client.config.root_dir == chosen.root_dir then
      id = client.id
    end
  end
  if not id and vim.lsp.start then
    id = vim.api.nvim_buf_call(buffer, function()
      return vim.lsp.start(chosen, {
        reuse_client = function()
          return false
        end,
      })
    end)
  elseif not id then
    id = vim.lsp.start_client(chosen)
  end
  if id then
    started[id] = true
    given[buffer] = id
    vim.lsp.buf_attach_client(buffer, id)
  end
end

--- Ends all, and calls `afterwards` with the buffers that they had.
function M.stop(afterwards)
  local buffers, ids = {}, {}
  for _, client in ipairs(M.all()) do
    table.insert(ids, client.id)
    call(client, 'stop')
  end
  for buffer, id in pairs(given) do
    if vim.tbl_contains(ids, id) then
      table.insert(buffers, buffer)
      given[buffer] = nil
    end
  end
  local function wait(turns)
    local left = vim.tbl_filter(vim.lsp.get_client_by_id, ids)
    if #left > 0 and turns > 0 then
      vim.defer_fn(function()
        wait(turns - 1)
      end, 20)
    elseif afterwards then
      afterwards(buffers)
    end
  end
  wait(250)
end

return M
