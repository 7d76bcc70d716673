import { queryUser } from "./made/orval";
import { key, type Query, url, walk } from "./walk";

// The generated paths are relative to the page that asks; here there is none.
const { fetch } = globalThis;
globalThis.fetch = (path, options) => fetch(url + path, options);

const post = (body: Query) => queryUser(body, { headers: { "x-api-key": key } });

await walk(
  async (body) => {
    const answer = await post(body);
    if (answer.status !== 200) throw new Error(answer.data.detail);
    return answer.data;
  },
  async (body) => {
    const answer = await post(body);
    return answer.status === 200 ? "200" : `${answer.status} ${answer.data.code}`;
  },
);
