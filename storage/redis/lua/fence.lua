-- Hands a partition to a new owner (DESIGN 6).
--
-- KEYS[1]  {pNN}:epoch
-- ARGV     number, token
-- returns  '' where it is done, else the number in force; nil where the
--          partition has no epoch
local number = redis.call('HGET', KEYS[1], 'number')
if not number then return false end
-- As text: numbers have 64 bits, Lua's have 53.
local wanted = ARGV[1]
if #wanted < #number or (#wanted == #number and wanted <= number) then
  return number
end
redis.call('HSET', KEYS[1], 'number', wanted, 'token', ARGV[2])
return ''
