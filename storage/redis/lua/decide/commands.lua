-- What students ask for, and who takes back what SQL refuses.

local function add_reason(refusals, reason)
  if find(',' .. refusals, ',' .. reason .. ':', 1, true) then
    return refusals
  end
  if refusals ~= '' then refusals = refusals .. ',' end
  return refusals .. reason .. ':0'
end

local function register_student(student, registration)
  local refusals, passes = terms.refusals, terms.passes
  local student_key = prefix .. 'student:' .. student
  local row = call('HGET', student_key, section)
  if row and refusals == '' then
    local held, ticket = split_row(row)
    local position = '0'
    if ticket ~= '0' then
      position = call('ZRANK', waitlist, place_of(held, ticket)) + 1
    end
    return no_effect(student, already_registered, held, position, '-', '0')
  end
  local has_seat = enrolled < seats and waitlisted == 0
  if not is_active then
    refusals, passes = add_reason(refusals, reason_inactive), '0'
  end
  if is_frozen then refusals = add_reason(refusals, reason_frozen) end
  if not has_seat and waitlisted >= capacity then
    refusals, passes = add_reason(refusals, reason_full), '0'
  end
  if refusals ~= '' then
    return no_effect(student, rejected, '-', '0', refusals, passes)
  end
  local number_of_effect = next_sequence()
  local memo, ticket
  if has_seat then
    ticket = '0'
    memo = memo_text('0', enrolled_now, registration, '0', number_of_effect,
                     '-')
    if not effect(entry_enrolled, request, student, the_memos, ticket, memo, '',
                  number_of_effect, 1, 0, registration,
                  seat_text(student, request, number_of_effect)) then
      return nil
    end
  else
    ticket = number_of_effect
    memo = memo_text('0', waitlisted_now, registration, waitlisted + 1,
                     number_of_effect, '-')
    if not effect(entry_waitlisted, request, student, the_memos, ticket, memo,
                  '', number_of_effect, 0, 1) then
      return nil
    end
    call('ZADD', waitlist, ticket, registration .. ' ' .. student .. ' '
         .. request .. ' ' .. at)
  end
  call('HSET', student_key, section,
       row_text(registration, ticket, terms.stands == '1' and '-' or owner[1]))
  return remember(memo)
end

local function drop(student)
  local row = call('HGET', prefix .. 'student:' .. student, section)
  if not row then
    return no_effect(student, not_registered, '-', '0', '-', '0')
  end
  local registration, ticket = split_row(row)
  local kind, status = entry_dropped, dropped
  if ticket ~= '0' then kind, status = entry_left, left_waitlist end
  local number_of_effect = next_sequence()
  local memo = memo_text('0', status, registration, '0', number_of_effect, '-')
  return leave(kind, student, registration, ticket, number_of_effect, memo, '')
end

-- Who holds a registration, or nil. The line is walked from end to end.
local function holder_of(registration)
  local seat = call('HGET', roster, registration)
  if seat then return match(seat, '^%S+') end
  for from = 0, waitlisted - 1, 1000 do
    for _, member in ipairs(call('ZRANGE', waitlist, from, from + 999)) do
      local held, student = match(member, '^(%S+) (%S+)')
      if held == registration then return student end
    end
  end
end

local function withdraw(registration, reason)
  local student = holder_of(registration)
  if not student then
    return no_effect('-', nothing_to_withdraw, registration, '0', '-', '0')
  end
  local row = call('HGET', prefix .. 'student:' .. student, section)
  if not row then error('the student lacks ' .. registration) end
  local held, ticket = split_row(row)
  if held ~= registration then
    error('the student holds ' .. held .. ', not ' .. registration)
  end
  local number_of_effect = next_sequence()
  local memo = memo_text('0', withdrawn, registration, '0', number_of_effect,
                         '-')
  return leave(ticket == '0' and entry_withdrawn or entry_removed, student,
               registration, ticket, number_of_effect, memo, reason)
end
