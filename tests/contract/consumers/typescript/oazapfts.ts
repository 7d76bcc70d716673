import { HttpError, ok } from "@oazapfts/runtime";
import { defaults, type Problem, queryUser } from "./made/oazapfts";
import { key, url, walk } from "./walk";

defaults.baseUrl = url;
defaults.headers = { "x-api-key": key };

await walk(
  (body) => ok(queryUser(body)),
  async (body) => {
    try {
      await ok(queryUser(body));
    } catch (error) {
      if (!(error instanceof HttpError)) throw error;
      return `${error.status} ${(error.data as Problem).code}`;
    }
    return "200";
  },
);
