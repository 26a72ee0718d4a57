-- Who has a seat or a place, and who gets one that becomes free.

-- A student's row in {pNN}:student:<student>, field <section>. Below 64 bytes,
-- so that Redis packs what a student has in a partition.
local function row_text(registration, ticket, mark)
  return registration .. ' ' .. ticket .. ' ' .. at .. ' ' .. mark
end

local function seat_text(student, by, number_of_effect)
  return student .. ' ' .. by .. ' ' .. number_of_effect .. ' ' .. at
end

local function split_row(row)
  local registration, ticket, mark = match(row, '^(%S+) (%d+) %d+ (%S+)$')
  return registration, ticket, mark
end

-- The place of who waits with this ticket.
local function place_of(registration, ticket)
  local member = call('ZRANGE', waitlist, ticket, ticket, 'BYSCORE')[1]
  if not member or match(member, '^%S+') ~= registration then
    error('the waitlist lacks ' .. registration)
  end
  return member
end

-- Takes a row away, with the effect that says so.
local function leave(kind, student, registration, ticket, number_of_effect,
                     memo, reason)
  if ticket == '0' then
    if call('HEXISTS', roster, registration) == 0 then
      error('the roster lacks ' .. registration)
    end
    if not effect(kind, request, student, the_memos, '0', memo, reason,
                  number_of_effect, -1, 0) then
      return nil
    end
    call('HDEL', roster, registration)
  else
    local member = place_of(registration, ticket)
    if not effect(kind, request, student, the_memos, ticket, memo, reason,
                  number_of_effect, 0, -1) then
      return nil
    end
    call('ZREM', waitlist, member)
  end
  call('HDEL', prefix .. 'student:' .. student, section)
  return remember(memo)
end

local function promote()
  while is_active and not is_frozen and enrolled < seats and waitlisted > 0 do
    local front = call('ZRANGE', waitlist, 0, 0, 'WITHSCORES')
    local member, ticket = front[1], front[2]
    local registration, student, by = match(member, '^(%S+) (%S+) (%S+) ')
    local student_key = prefix .. 'student:' .. student
    local row = call('HGET', student_key, section)
    if not row then error('the student lacks ' .. registration) end
    local _, _, mark = split_row(row)
    local number_of_effect = next_sequence()
    -- Who was told to be inactive under this epoch (standing.lua).
    if mark == owner[1] then
      effect(entry_removed, by, student, registration, ticket, no_memo,
             not_active_any_more, number_of_effect, 0, -1)
      call('ZREM', waitlist, member)
      call('HDEL', student_key, section)
    else
      effect(entry_promoted, by, student, registration, ticket, no_memo, '',
             number_of_effect, 1, -1, registration,
             seat_text(student, by, number_of_effect))
      call('ZREM', waitlist, member)
      call('HSET', student_key, section, row_text(registration, '0', mark))
    end
  end
end
