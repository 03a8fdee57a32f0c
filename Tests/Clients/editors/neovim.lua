-- Configures Neovim as a user would, and runs a test's steps in it.
--
--   nvim --headless --clean -u neovim.lua rows.jsonl -c 'lua run()'
--
-- In the environment: THRESHER_CLIENT the plugin's folder, OPTIONS its settings, STEPS a Lua file,
-- RESULT where to write what the steps return, as JSON: {"value": …} or {"error": "…"}, with the
-- messages that a user would have read beside it.

vim.opt.runtimepath:prepend(vim.env.THRESHER_CLIENT)
vim.opt.swapfile = false
vim.opt.hidden = true
messages = {}

vim.notify = function(text)
  table.insert(messages, text)
end

require('thresher').setup(loadstring('return ' .. vim.env.OPTIONS)())

--- Turns the loop until the condition holds.
function await(what, condition)
  assert(vim.wait(15000, condition, 5), 'waited in vain: ' .. what)
end

--- Line (from 1) and code of each diagnostic of the buffer, in order.
function codes(buffer)
  local found = {}
  for _, diagnostic in ipairs(vim.diagnostic.get(buffer or 0)) do
    table.insert(found, { diagnostic.lnum + 1, diagnostic.code })
  end
  table.sort(found, function(a, b)
    return a[1] < b[1] or a[1] == b[1] and a[2] < b[2]
  end)
  return found
end

function await_codes(expected, buffer)
  local ok = pcall(await, 'codes', function()
    return vim.deep_equal(codes(buffer), expected)
  end)
  assert(ok, 'codes are ' .. vim.inspect(codes(buffer)))
end

--- Runs a command, and waits until it has changed the text.
function edit(command)
  local before = vim.api.nvim_buf_get_changedtick(0)
  vim.cmd(command)
  await(command, function()
    return vim.api.nvim_buf_get_changedtick(0) ~= before
  end)
end

function await_message(part)
  await('a message with ' .. part, function()
    return table.concat(messages, '\n'):find(part, 1, true) ~= nil
  end)
end

--- What the server offers for the cursor's line, by the beginning of its title.
function action(title)
  local line = vim.api.nvim_win_get_cursor(0)[1] - 1
  local answers = vim.lsp.buf_request_sync(0, 'textDocument/codeAction', {
    textDocument = { uri = vim.uri_from_bufnr(0) },
    range = { start = { line = line, character = 0 }, ['end'] = { line = line, character = 0 } },
    context = { diagnostics = {} },
  }, 15000)
  for _, answer in pairs(answers) do
    for _, offered in ipairs(answer.result) do
      if vim.startswith(offered.title, title) then
        return offered
      end
    end
  end
  error('no action ' .. title)
end

function run()
  -- In a coroutine of the loop's own, as when a user types.
  vim.schedule(function()
    local result = {}
    local ok, value = xpcall(dofile, debug.traceback, vim.env.STEPS)
    result[ok and 'value' or 'error'] = value
    result.messages = messages
    local file = assert(io.open(vim.env.RESULT, 'w'))
    file:write(vim.fn.json_encode(result))
    file:close()
    vim.cmd('qall!')
  end)
end
