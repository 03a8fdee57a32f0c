-- :checkhealth thresher
local M = {}

-- The names had a prefix once, and before that another home.
local function report(kind, ...)
  local health = vim.health or require('health')
  return (health[kind] or health['report_' .. kind])(...)
end

function M.check()
  local client = require('thresher.client')
  local config = require('thresher.config')
  local transport = require('thresher.transport')
  report('start', 'thresher')

  if vim.fn.has('nvim-0.7') == 0 then
    report('error', 'Neovim 0.7 or newer is needed')
  end
  if not vim.lsp.inlay_hint then
    report('info', 'this Neovim has no inlay hints')
  end

  if config.connect then
    local command, problem = transport.command()
    if command then
      report('ok', 'connects to the daemon at ' .. config.connect)
    else
      report('error', problem)
    end
  else
    local binary, problem = transport.binary()
    if binary then
      local version = vim.fn.systemlist({ binary, '--version' })[1] or ''
      if vim.v.shell_error == 0 then
        report('ok', ('%s, version %s'):format(binary, version))
      else
        report('error', ('%s --version fails: %s'):format(binary, version))
      end
    else
      report('error', problem)
    end
  end

  local clients = client.all()
  for _, running in ipairs(clients) do
    local folder = running.config.root_dir
    report('ok', ('a server for %s, %d buffers'):format(
      folder, vim.tbl_count(running.attached_buffers)))
  end
  if #clients == 0 then
    report('info', 'no server is running; one starts with the first .jsonl file')
  end
end

return M
