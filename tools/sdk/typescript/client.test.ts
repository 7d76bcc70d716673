// Run by `node --test` after tsc: pages, problems, other bodies, and redirects.
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import test from "node:test";
import { QueryServiceError, queryServiceClient, userPage, userRecords } from "./client.js";

const record = { transaction_id: "tx_001", user_id: "u1", created_at: 1761998400123, status: "QUEUED" };
const json = { "content-type": "application/json" };

type Seen = { body: unknown; key: string | null };

function client(...answers: Response[]) {
  const seen: Seen[] = [];
  const made = queryServiceClient({
    baseUrl: "http://service.test/v1",
    apiKey: "key",
    fetch: async (request) => {
      seen.push({ body: await request.json(), key: request.headers.get("x-api-key") });
      return answers.shift() ?? new Response(null, { status: 500 });
    },
  });
  return { made, seen };
}

function page(body: object): Response {
  return new Response(JSON.stringify({ items: [record], count: 1, ...body }), { headers: json });
}

test("all pages are walked, with the key and the cursor", async () => {
  const { made, seen } = client(page({ next_cursor: "c1" }), page({}));
  const found = [];
  for await (const each of userRecords(made, { user_id: "u1" })) found.push(each.status);
  assert.deepEqual(found, ["QUEUED", "QUEUED"]);
  assert.deepEqual(seen, [
    { key: "key", body: { limit: 100, user_id: "u1" } },
    { key: "key", body: { limit: 100, user_id: "u1", cursor: "c1" } },
  ]);
});

test("a cursor that comes twice is an error", async () => {
  const { made } = client(page({ next_cursor: "c1" }), page({ next_cursor: "c1" }));
  await assert.rejects(async () => {
    for await (const _ of userRecords(made, { user_id: "u1" }));
  }, /same cursor/);
});

test("a problem is carried by the error", async () => {
  const problem = {
    type: "t",
    title: "T",
    status: 400,
    detail: "limit is too large",
    code: "invalid_body",
    request_id: "r1",
  };
  const headers = { "content-type": "application/problem+json", "x-request-id": "r1" };
  const { made } = client(new Response(JSON.stringify(problem), { status: 400, headers }));
  await assert.rejects(
    userPage(made, { user_id: "u1" }),
    (error) => error instanceof QueryServiceError && error.problem?.code === "invalid_body" && error.requestId === "r1",
  );
});

for (const [name, body] of [
  ["a gateway's own JSON", '{"message":"Forbidden"}'],
  ["HTML", "<html></html>"],
  ["nothing", ""],
] as const) {
  test(`${name} is an error without a problem`, async () => {
    const { made } = client(new Response(body, { status: 504, headers: { "content-length": String(body.length) } }));
    await assert.rejects(
      userPage(made, { user_id: "u1" }),
      (error) => error instanceof QueryServiceError && error.status === 504 && error.problem === undefined,
    );
  });
}

test("a success without a page is an error", async () => {
  const { made } = client(new Response('{"message":"hello"}', { headers: json }));
  await assert.rejects(userPage(made, { user_id: "u1" }), QueryServiceError);
});

async function listening(answer: (request: IncomingMessage, response: ServerResponse) => void) {
  const server = createServer(answer).listen(0, "127.0.0.1");
  await once(server, "listening");
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

for (const status of [301, 302, 303, 307, 308]) {
  test(`a ${status} is not followed, so the key goes nowhere else`, async () => {
    const reached: IncomingMessage[] = [];
    const elsewhere = await listening((request, response) => {
      reached.push(request);
      response.end("{}");
    });
    const service = await listening((_, response) =>
      response.writeHead(status, { location: `${elsewhere.url}/v1/query/user` }).end(),
    );
    try {
      await assert.rejects(userPage(queryServiceClient({ baseUrl: service.url, apiKey: "key" }), { user_id: "u1" }));
      assert.deepEqual(reached, []);
    } finally {
      for (const { server } of [service, elsewhere]) {
        server.closeAllConnections();
        server.close();
      }
    }
  });
}

test("the global fetch is looked up at each call", async () => {
  const before = globalThis.fetch;
  const made = queryServiceClient({ baseUrl: "http://service.test/v1", apiKey: "key" });
  globalThis.fetch = async () => page({});
  try {
    assert.equal((await userPage(made, { user_id: "u1" })).count, 1);
  } finally {
    globalThis.fetch = before;
  }
});
