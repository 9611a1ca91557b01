// Counts tokens as o200k does: a JSON list of texts comes in, a JSON list of numbers goes out.
import { createRequire } from "node:module";

const require = createRequire(new URL("./npm/package.json", import.meta.url));
const { Tiktoken } = require("js-tiktoken/lite");
const ranks = require("js-tiktoken/ranks/o200k_base");

const chunks = [];
for await (const chunk of process.stdin) chunks.push(chunk);
const encoder = new Tiktoken(ranks.default ?? ranks);
const texts = JSON.parse(Buffer.concat(chunks).toString("utf8"));
console.log(JSON.stringify(texts.map((text) => encoder.encode(text, [], []).length)));
