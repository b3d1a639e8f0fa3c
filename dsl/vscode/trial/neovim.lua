-- SPDX-License-Identifier: Apache-2.0
-- Attaches as editor.md says, then asks what a user would ask for.
local cmd = { os.getenv('NFL'), 'lsp' }

if vim.lsp.config then
  vim.filetype.add({ extension = { nfl = 'nfl' } })
  vim.lsp.config('nfl', { cmd = cmd, filetypes = { 'nfl' } })
  vim.lsp.enable('nfl')
else
  vim.api.nvim_create_autocmd({ 'BufRead', 'BufNewFile' }, { pattern = '*.nfl', command = 'set filetype=nfl' })
  vim.api.nvim_create_autocmd('FileType', {
    pattern = 'nfl',
    callback = function(args)
      local client = vim.lsp.start_client({ name = 'nfl', cmd = cmd, root_dir = vim.fn.getcwd() })
      vim.lsp.buf_attach_client(args.buf, client)
      vim.bo[args.buf].omnifunc = 'v:lua.vim.lsp.omnifunc'
      vim.bo[args.buf].commentstring = '# %s'
    end,
  })
end

local failed = 0

local function check(name, holds, seen)
  if not holds then failed = failed + 1 end
  io.stdout:write((holds and 'ok    ' or 'FAIL  ') .. name .. (holds and '' or '\n      ' .. vim.inspect(seen)) .. '\n')
end

local function lines() return vim.api.nvim_buf_get_lines(0, 0, -1, false) end

--- The cursor on the first occurrence of a text.
local function at(text, behind)
  for number, line in ipairs(lines()) do
    local column = line:find(text, 1, true)
    if column then
      vim.api.nvim_win_set_cursor(0, { number, column - 1 + (behind or 0) })
      return number, column
    end
  end
  error('not there: ' .. text)
end

local function ask(method, more)
  local params = vim.lsp.util.make_position_params(0, 'utf-16')
  for key, value in pairs(more or {}) do params[key] = value end
  for _, answer in pairs(vim.lsp.buf_request_sync(0, method, params, 20000) or {}) do
    return answer.result
  end
end

local function diagnostics(wanted)
  vim.wait(30000, function() return wanted(vim.diagnostic.get(0)) end, 50)
  return vim.diagnostic.get(0)
end

local function none(all) return #all == 0 end

local function trial()
  vim.wait(30000, function() return #vim.tbl_values(vim.lsp.buf_get_clients(0)) > 0 end, 50)
  check('the server is attached', vim.bo.filetype == 'nfl', vim.bo.filetype)

  local number = at('nat postrouting')
  vim.api.nvim_buf_set_lines(0, number - 1, number - 1, false, { 'nat prerouting {', '  snat to 203.0.113.2', '}', '' })
  local told = diagnostics(function(all) return #all > 0 end)
  check('a mistake is told as one types', #told == 1 and told[1].code == 'placement/action'
    and told[1].lnum == number and told[1].col == 2, told)
  vim.api.nvim_buf_set_lines(0, number - 1, number + 3, false, {})
  check('and gone when it is mended', none(diagnostics(none)), vim.diagnostic.get(0))

  at('masquerade out')
  vim.cmd('normal! 8lx')
  told = diagnostics(function(all) return #all > 0 end)
  local range = { start = { line = told[1].lnum, character = told[1].col },
    ['end'] = { line = told[1].end_lnum, character = told[1].end_col } }
  local fixes = ask('textDocument/codeAction', { range = range, context = { diagnostics = {} } }) or {}
  check('a quick fix is offered', #fixes == 1 and fixes[1].title:find('masquerade', 1, true), fixes)
  vim.lsp.util.apply_workspace_edit(fixes[1].edit, 'utf-16')
  check('and mends the text', none(diagnostics(none)), vim.diagnostic.get(0))

  at('masquerade out', 3)
  local labels = vim.tbl_map(function(each) return each.label end, ask('textDocument/completion') or {})
  check('completion knows the hook', vim.tbl_contains(labels, 'snat') and not vim.tbl_contains(labels, 'dnat'), labels)

  local hover = ask('textDocument/hover')
  check('hover tells the lines of a rule', vim.inspect(hover):find('-j MASQUERADE', 1, true), hover)

  at('pc1:80')
  vim.lsp.buf.definition()
  local reached = vim.wait(5000, function() return vim.api.nvim_win_get_cursor(0)[1] == 8 end, 50)
  check('a name leads to its declaration', reached, vim.api.nvim_win_get_cursor(0))

  local references = ask('textDocument/references', { context = { includeDeclaration = true } }) or {}
  check('references are found', #references > 5, references)

  local symbols = ask('textDocument/documentSymbol') or {}
  check('the outline has the declarations', #symbols > 8 and symbols[1].name == 'home-gateway', symbols)

  vim.lsp.buf.rename('web')
  local renamed = vim.wait(10000, function() return lines()[8] == 'address web = 192.168.1.10' end, 50)
  check('a name is given another everywhere', renamed and table.concat(lines(), '\n'):find('to web:80 router', 1, true), lines()[8])
  check('and the policy is whole', none(diagnostics(none)), vim.diagnostic.get(0))
end

vim.api.nvim_create_autocmd('VimEnter', {
  callback = function()
    vim.schedule(function()
      local whole, problem = xpcall(trial, debug.traceback)
      if not whole then check('the trial ends', false, problem) end
      vim.cmd(failed == 0 and 'qall!' or '1cquit!')
    end)
  end,
})
