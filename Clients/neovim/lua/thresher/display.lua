-- What is shown beside diagnostics: the cursor's line in words, lenses, hints, faded fluff.
local config = require('thresher.config')
local M = {}

local fade = vim.api.nvim_create_namespace('thresher/fluff')

-- Versions before 0.9 do not know the tag Unnecessary.
if vim.fn.hlexists('DiagnosticUnnecessary') == 0 then
  vim.api.nvim_set_hl(0, 'ThresherFluff', { default = true, link = 'Comment' })
  vim.diagnostic.handlers['thresher/fluff'] = {
    show = function(_, buffer, diagnostics)
      for _, diagnostic in ipairs(diagnostics) do
        if diagnostic.source == 'thresher' and diagnostic.code == 'fluff' then
          pcall(vim.api.nvim_buf_set_extmark, buffer, fade, diagnostic.lnum, diagnostic.col, {
            end_row = diagnostic.end_lnum,
            end_col = diagnostic.end_col,
            hl_group = 'ThresherFluff',
          })
        end
      end
    end,
    hide = function(_, buffer)
      if vim.api.nvim_buf_is_valid(buffer) then
        vim.api.nvim_buf_clear_namespace(buffer, fade, 0, -1)
      end
    end,
  }
  vim.diagnostic.config({ ['thresher/fluff'] = true })
end

--- The worst diagnostic of a line (from 0), or nil.
function M.worst(buffer, line)
  local worst
  for _, diagnostic in ipairs(vim.diagnostic.get(buffer, { lnum = line })) do
    if diagnostic.source == 'thresher' then
      if not worst or diagnostic.severity < worst.severity then
        worst = diagnostic
      end
    end
  end
  return worst
end

local shown

-- Records are longer than the window, so that text at their ends would not be seen.
local function echo(buffer)
  if vim.api.nvim_get_mode().mode ~= 'n' or vim.api.nvim_get_current_buf() ~= buffer then
    return
  end
  local found = M.worst(buffer, vim.api.nvim_win_get_cursor(0)[1] - 1)
  local text = found and found.message:gsub('%s+', ' ') or ''
  if text ~= shown then
    shown = text
    text = vim.fn.printf(('%%.%dS'):format(math.max(0, vim.v.echospace)), text)
    vim.api.nvim_echo({ { text } }, false, {})
  end
end

local function lenses(buffer)
  if vim.lsp.codelens.enable then
    return vim.lsp.codelens.enable(true, { bufnr = buffer })
  end
  local function refresh()
    if vim.api.nvim_get_current_buf() == buffer and require('thresher.client').all(buffer)[1] then
      vim.lsp.codelens.refresh()
    end
  end
  vim.api.nvim_create_autocmd({ 'BufEnter', 'CursorHold', 'InsertLeave', 'BufWritePost' }, {
    group = 'thresher/display',
    buffer = buffer,
    callback = refresh,
  })
  vim.schedule(refresh)
end

function M.attach(_, buffer)
  local group = vim.api.nvim_create_augroup('thresher/display', { clear = false })
  vim.api.nvim_clear_autocmds({ group = group, buffer = buffer })
  if config.echo then
    vim.api.nvim_create_autocmd({ 'CursorMoved', 'DiagnosticChanged', 'InsertLeave' }, {
      group = group,
      buffer = buffer,
      callback = function()
        echo(buffer)
      end,
    })
  end
  if config.code_lens then
    lenses(buffer)
  end
  if config.inlay_hints and vim.lsp.inlay_hint then
    pcall(vim.lsp.inlay_hint.enable, true, { bufnr = buffer })
  end
end

return M
