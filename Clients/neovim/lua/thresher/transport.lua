-- How the server is reached: a process of its own, or a daemon that runs.
local config = require('thresher.config')
local M = {}

--- The program, or nil and what is wrong.
function M.binary()
  local name = config.binary or vim.env.THRESHER_BIN or 'thresher'
  local path = vim.fn.exepath(vim.fn.expand(name))
  if path ~= '' then
    return path
  end
  return nil, ('"%s" is not there or cannot be run; build Thresher and put it into PATH, '
    .. "or require('thresher').setup{ binary = '/path/to/thresher' }"):format(name)
end

local function daemon(address)
  local host, port = address:match('^([^/]+):(%d+)$')
  if host then
    host = host:gsub('^%[(.*)%]$', '%1')
    if vim.lsp.rpc.connect then
      return vim.lsp.rpc.connect(host, tonumber(port))
    end
  elseif vim.lsp.rpc.domain_socket_connect then
    return vim.lsp.rpc.domain_socket_connect(address)
  elseif vim.fn.has('nvim-0.10') == 1 then
    return vim.lsp.rpc.connect(address)
  end
  -- Older ones can talk to a process only.
  local binary = M.binary()
  if binary and not host then
    return { binary, 'lsp', '--socket', address }
  elseif vim.fn.executable('socat') == 1 then
    return { 'socat', '-', host and ('TCP:%s:%s'):format(host, port) or 'UNIX-CONNECT:' .. address }
  elseif vim.fn.executable('nc') == 1 then
    return host and { 'nc', host, port } or { 'nc', '-U', address }
  end
  return nil, 'this Neovim connects to a daemon with the help of "socat" or "nc": install one'
end

--- `cmd` for a client, or nil and what is wrong.
function M.command()
  if config.connect then
    local address = config.connect
    if not address:match('^[^/]+:%d+$') then
      address = vim.fn.fnamemodify(vim.fn.expand(address), ':p')
      if vim.fn.getftype(address) ~= 'socket' then
        return nil, ('there is no socket %s; is the daemon running?'):format(address)
      end
    end
    return daemon(address)
  end
  local binary, problem = M.binary()
  if not binary then
    return nil, problem
  end
  local command = { binary, 'lsp' }
  vim.list_extend(command, config.arguments)
  return command
end

return M
