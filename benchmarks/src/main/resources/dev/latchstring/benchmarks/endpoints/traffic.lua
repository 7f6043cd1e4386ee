-- Sends what the table `traffic` before this says, and prints one line for the program that started wrk.
local ffi = require("ffi")
ffi.cdef([[
typedef struct { long seconds; long nanos; } bench_time;
int clock_gettime(int clock, bench_time *time);
int getpid(void);
int kill(int process, int signal);
]])

local time = ffi.new("bench_time")
local function now()
  ffi.C.clock_gettime(1, time)
  return tonumber(time.seconds) + tonumber(time.nanos) / 1e9
end

local the_thread
function setup(thread)
  the_thread = thread
end

-- Globals, so that `done` can read them in the thread.
first, finished, wrong, sample = 0, 0, 0, ""

local values, taken, added = {}, 0, 0
local collected, out = 0, nil
local same, head, tail

function init()
  if traffic.values then
    for line in io.lines(traffic.values) do
      added = added + 1
      values[added] = line
    end
  end
  if traffic.collect then
    out = io.open(traffic.collect, "w")
  end
  -- What wrk sends by itself where nothing changes.
  wrk.method = traffic.method
  wrk.path = traffic.path.before .. traffic.path.after
  for name, value in pairs(traffic.headers) do
    wrk.headers[name] = value
  end
  if traffic.body then
    wrk.body = traffic.body.before .. traffic.body.after
  end
  same = wrk.format()
  head = "POST " .. traffic.path.before .. " HTTP/1.1\r\nHost: " .. wrk.headers["Host"] .. "\r\n"
  for name, value in pairs(traffic.headers) do
    head = head .. name .. ": " .. value .. "\r\n"
  end
  head = head .. "Content-Length: "
end

local function request_with(value)
  if traffic.body then
    local body = traffic.body.before .. value .. traffic.body.after
    return head .. #body .. "\r\n\r\n" .. body
  end
  return wrk.format(traffic.method, traffic.path.before .. value .. traffic.path.after, traffic.headers)
end

local function finish()
  if finished == 0 then
    finished = now()
    if out then out:flush() end
    ffi.C.kill(ffi.C.getpid(), 2)
  end
end

-- There is nothing more to send: half a request, which no server answers. The run is over, unless answers are wanted.
local function idle()
  if not out then finish() end
  return "GET / HTTP/1.1\r\n"
end

local tried = false
local function next_request()
  if not tried then
    -- The first is not sent: wrk looks at it.
    tried = true
    return traffic.values and request_with(values[1]) or same
  end
  if first == 0 then first = now() end
  if traffic.count > 0 and taken == traffic.count then return idle() end
  if not traffic.values then
    taken = taken + 1
    return same
  end
  local value = values[taken + 1]
  if value == nil then return idle() end
  taken = taken + 1
  if traffic.rotating then values[taken] = nil end
  return request_with(value)
end

-- wrk asks for each request only where it has to.
if traffic.values or traffic.count > 0 then
  function request()
    return next_request()
  end
end

if traffic.looks then
  function response(status, headers, body)
    if status ~= traffic.status or (traffic.contains and not body:find(traffic.contains, 1, true)) then
      wrong = wrong + 1
      if wrong == 1 then sample = status .. " " .. body:sub(1, 300):gsub("%s+", " ") end
      return
    end
    if traffic.rotating then
      added = added + 1
      values[added] = body:match('"refresh_token"%s*:%s*"([^"]+)"')
    end
    if out then
      out:write(headers["Location"] or headers["location"] or body:gsub("\n", ""), "\n")
      collected = collected + 1
      if collected % 50 == 0 then out:flush() end
      if collected == traffic.count or collected == added then finish() end
    end
  end
end

function done(summary, latency)
  local ended = the_thread:get("finished")
  local seconds = summary.duration / 1e6
  if ended > 0 then seconds = ended - the_thread:get("first") end
  local errors = summary.errors
  local wrong = the_thread:get("wrong")
  -- A status that is expected is none.
  if not traffic.looks then wrong = errors.status end
  print(string.format("result %d %.6f %.3f %.3f %d %d %s", summary.requests, seconds,
    latency:percentile(50) / 1000, latency:percentile(99) / 1000, wrong,
    errors.connect + errors.read + errors.write + errors.timeout, the_thread:get("sample")))
end
