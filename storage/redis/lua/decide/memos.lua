-- What is remembered of each command.

local function memo_text(passes, status, registration, position,
                         number_of_effect, refusals)
  return terms.head .. passes .. ' ' .. status .. ' ' .. registration .. ' '
    .. position .. ' ' .. number_of_effect .. ' ' .. refusals
end

local function remember(memo)
  if terms.ends then call('SET', memo_key, memo, 'PXAT', terms.ends) end
  return memo
end

-- The memo, if it binds this attempt.
local function recall()
  local memo = call('GET', memo_key)
  if not memo then return nil end
  local expires, of_attempt, passes = match(memo, '^(%d+) (%d+) ([01])')
  if tonumber(expires) <= tonumber(at) then return nil end
  if passes == '1' and terms.attempt > tonumber(of_attempt) then return nil end
  return memo
end

local function no_effect(student, status, registration, position, refusals,
                         passes)
  if not is_journal_there() then return nil end
  local memo = memo_text(passes, status, registration, position, sequence,
                         refusals)
  add_entry(entry_text(entry_decided, request, student, '-', '0', memo, ''))
  return remember(memo)
end
