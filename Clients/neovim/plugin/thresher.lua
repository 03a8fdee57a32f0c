-- Commands, and the server for each dataset that is opened. Settings: require('thresher').setup{}.
if vim.g.loaded_thresher then
  return
end
vim.g.loaded_thresher = true

-- Name → what it does, and whether it takes a range.
local commands = {
  Start = { 'start', 'Attach this buffer to a language server, and start one if need be' },
  Stop = { 'stop', 'End the language servers' },
  Restart = { 'restart', 'End the language servers and start again' },
  Status = { 'status', "The server, and this file's sum" },
  Verdict = { 'verdict', 'What Thresher thinks of this record' },
  Original = { 'original', 'Go to the original of this duplicate' },
  Trim = { 'trim', 'Cut the fluff of this record', range = true },
  TrimAll = { 'trim_all', 'Cut the fluff of the whole file' },
  Remove = { 'remove', 'Remove this record', range = true },
  RemoveDuplicates = { 'remove_duplicates', 'Remove all duplicates but the first' },
  Ignore = { 'ignore', 'Leave this record alone from now on', range = true },
  DropBelow = { 'drop_below', 'Remove all records below the minimum score' },
}

for name, command in pairs(commands) do
  vim.api.nvim_create_user_command('Thresher' .. name, function(options)
    require('thresher')[command[1]](options.line1, options.line2)
  end, { desc = command[2], range = command.range, bar = true })
end

local group = vim.api.nvim_create_augroup('thresher', {})
vim.api.nvim_create_autocmd('FileType', {
  group = group,
  callback = function(event)
    require('thresher').opened(event.buf, event.match)
  end,
})
