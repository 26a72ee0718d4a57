-- A node says that it lives (DESIGN 6); nodes that nobody heard from for long
-- are forgotten. Of two runs under one name the younger stays.
--
-- KEYS     cluster:nodes, cluster:drained, cluster:alive:<incarnation>
-- ARGV     name, run, incarnation, time in ms, after how many ms a silent node
--          is forgotten, `protocol leaving http cluster joining`
-- returns  an empty list where it is done, else where the younger run serves
local call, format, match = redis.call, string.format, string.match
local nodes, drained, alive = KEYS[1], KEYS[2], KEYS[3]
local name, run, incarnation = ARGV[1], ARGV[2], ARGV[3]
local clock = call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)

local held = call('HGET', nodes, name)
if held then
  local run_there, of, http =
    match(held, '^(%S+) (%d+) %d+ %d+ %d+ %d (%S+)')
  if run_there and run_there ~= run then
    if tonumber(of) > tonumber(incarnation) then return {http} end
    -- What it began can be taken over.
    call('DEL', 'cluster:alive:' .. of)
  end
end
call('HSET', nodes, name, format('%s %s %.0f %.0f %s', run, incarnation, now,
                                 now + ARGV[4], ARGV[6]))
call('SET', alive, '', 'PX', ARGV[4])

local all = call('HGETALL', nodes)
for i = 1, #all, 2 do
  local beat = match(all[i + 1], '^%S+ %d+ (%d+) ')
  if not beat or now - beat > tonumber(ARGV[5]) then
    call('HDEL', nodes, all[i])
    call('SREM', drained, all[i])
  end
end
return {}
