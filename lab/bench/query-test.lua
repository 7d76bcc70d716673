-- The three queries of the migration guide, in turn:
--
--   wrk -t4 -c10 -d30s --script=lab/bench/query-test.lua http://127.0.0.1:8000/
--
-- Each query is sent below the path of the address, with the API_KEY of the environment if it is set. A reply that is
-- not a page of records with status 200 is an error. The last line is the outcome as JSON.

local queries = {
    { path = "query/user", body = '{"user_id": "test_user_001", "limit": 10}' },
    { path = "query/marketing", body = '{"marketing_id": "campaign_2026_spring", "limit": 10}' },
    { path = "query/fail", body = '{"transaction_id": "tx_002"}' },
}
local threads = {}
local sent = 0

bad = 0 -- errors of one thread; global, so that `done` can read it from each thread

function setup(thread)
    table.insert(threads, thread)
end

function init()
    local headers = { ["Content-Type"] = "application/json", ["x-api-key"] = os.getenv("API_KEY") }
    local base = wrk.path:gsub("/+$", "") .. "/"
    for _, query in ipairs(queries) do
        query.request = wrk.format("POST", base .. query.path, headers, query.body)
    end
end

function request()
    sent = sent + 1
    return queries[sent % #queries + 1].request
end

function response(status, _, body)
    if status ~= 200 or not body:find('"items":', 1, true) then
        bad = bad + 1
    end
end

function done(summary, latency)
    local errors = summary.errors
    local failed = errors.connect + errors.read + errors.write + errors.timeout
    for _, thread in ipairs(threads) do
        failed = failed + thread:get("bad")
    end
    print(string.format(
        '{"requests": %d, "errors": %d, "seconds": %.3f, "p50": %.3f, "p99": %.3f, "p99.9": %.3f, "max": %.3f}',
        summary.requests, failed, summary.duration / 1e6, latency:percentile(50) / 1e3,
        latency:percentile(99) / 1e3, latency:percentile(99.9) / 1e3, latency.max / 1e3
    ))
end
