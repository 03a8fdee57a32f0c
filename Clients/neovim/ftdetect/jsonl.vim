" Old versions do not know the type.
autocmd BufNewFile,BufRead *.jsonl,*.ndjson setfiletype jsonl
