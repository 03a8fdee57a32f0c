-- Thresher in Neovim: what its commands do. See :help thresher.
local apply = require('thresher.apply')
local client = require('thresher.client')
local config = require('thresher.config')
local M = {}

--- Chooses settings; see :help thresher-settings. Running servers are told.
function M.setup(options)
  config.set(options)
  client.reconfigure()
  -- A buffer that was opened before.
  for _, buffer in ipairs(vim.api.nvim_list_bufs()) do
    if vim.api.nvim_buf_is_loaded(buffer) and not client.all(buffer)[1] then
      M.opened(buffer, vim.bo[buffer].filetype)
    end
  end
end

--- A buffer has got its type.
function M.opened(buffer, filetype)
  if config.autostart and vim.tbl_contains(config.filetypes, filetype)
    and vim.bo[buffer].buftype == '' and vim.api.nvim_buf_get_name(buffer) ~= '' then
    client.start(buffer)
  end
end

function M.start()
  client.start(vim.api.nvim_get_current_buf())
end

function M.stop()
  client.stop()
end

function M.restart()
  local current = vim.api.nvim_get_current_buf()
  client.stop(function(buffers)
    for _, buffer in ipairs(#buffers > 0 and buffers or { current }) do
      if vim.api.nvim_buf_is_loaded(buffer) then
        client.start(buffer)
      end
    end
  end)
end

local function uri()
  return vim.uri_from_bufnr(0)
end

local function line()
  return vim.api.nvim_win_get_cursor(0)[1] - 1
end

-- Asks the server for an edit and makes it; says so if there was nothing to do.
local function edit(command, arguments, nothing, next)
  local params = { command = command, arguments = arguments }
  local buffer = vim.api.nvim_get_current_buf()
  local before = vim.api.nvim_buf_get_changedtick(buffer)
  client.request(buffer, 'workspace/executeCommand', params, function(result, from)
    if vim.api.nvim_buf_get_changedtick(buffer) ~= before then
      return client.warn('the text has changed meanwhile; try again')
    elseif result then
      apply(buffer, result, from.offset_encoding)
    end
    if nothing and vim.api.nvim_buf_get_changedtick(buffer) == before then
      client.notify(nothing)
    end
    if next then
      next()
    end
  end)
end

-- One record after the other, from the last line of the range to the first.
local function edit_lines(command, first, last, nothing)
  first, last = first or line() + 1, last or line() + 1
  local function step(number)
    if number >= first then
      edit(command, { uri(), number - 1 }, first == last and nothing or nil, function()
        step(number - 1)
      end)
    end
  end
  step(last)
end

function M.trim(first, last)
  edit_lines('thresher.trim', first, last, 'there is no fluff in this record')
end

function M.remove(first, last)
  edit_lines('thresher.remove', first, last, 'there is no record in this line')
end

function M.ignore(first, last)
  edit_lines('thresher.ignore', first, last, 'there is nothing to ignore in this line')
end

function M.trim_all()
  edit('thresher.trimAll', { uri() }, 'there is no fluff')
end

function M.remove_duplicates()
  edit('thresher.removeDuplicates', { uri() }, 'there are no duplicates')
end

function M.drop_below()
  edit('thresher.dropBelow', { uri() }, 'no record is below the minimum score')
end

--- Goes to the record that this one repeats; CTRL-O leads back.
function M.original()
  local params = {
    textDocument = { uri = uri() },
    position = { line = line(), character = 0 },
  }
  local buffer = vim.api.nvim_get_current_buf()
  client.request(buffer, 'textDocument/definition', params, function(location, from)
    if location then
      vim.cmd("normal! m'")
      client.jump(location, from)
    else
      client.notify('this record is no duplicate')
    end
  end)
end

function M.verdict()
  if client.all(vim.api.nvim_get_current_buf())[1] then
    vim.lsp.buf.hover()
  else
    client.warn('no server for this buffer; :ThresherStart starts one')
  end
end

--- The file's sum in a sentence.
function M.sentence(sum)
  local text = ('%d records: %d exact and %d near duplicates, %d unusable, %d below the minimum')
    :format(sum.records, sum.exactDuplicates, sum.nearDuplicates, sum.unusable, sum.lowScore)
  if type(sum.meanScore) == 'number' then
    text = text .. (', mean score %.2f'):format(sum.meanScore)
  end
  text = text .. ('; %d of %d tokens can be cut'):format(sum.tokensCut, sum.tokens)
  return sum.pending > 0 and ('%s; %d not read yet'):format(text, sum.pending) or text
end

function M.status()
  local params = { command = 'thresher.summary', arguments = { uri() } }
  client.request(vim.api.nvim_get_current_buf(), 'workspace/executeCommand', params, function(sum)
    client.notify(M.sentence(sum))
  end)
end

return M
