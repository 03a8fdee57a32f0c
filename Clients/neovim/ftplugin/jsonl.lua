-- Lines are long and stay as they are.
if vim.b.did_ftplugin then
  return
end
vim.b.did_ftplugin = 1
vim.bo.textwidth = 0
vim.opt_local.formatoptions:remove('t')
vim.bo.synmaxcol = 300
vim.b.undo_ftplugin = 'setlocal textwidth< formatoptions< synmaxcol<'
