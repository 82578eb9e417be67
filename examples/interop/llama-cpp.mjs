// Copyright 2026 The DJL Adapters authors.
// SPDX-License-Identifier: Apache-2.0

// Continues rows of tokens in llama.cpp, all at once, and prints the seconds between the first few
// new tokens and the last; see tokens.py.
//
//     node llama-cpp.mjs FILE.gguf THREADS FEW MORE FOLDER_OF_NODE_MODULES [[token, …], …]

import {createRequire} from "node:module";
import {pathToFileURL} from "node:url";

const [file, threads, few, more, folder, tokens] = process.argv.slice(2);
const library = createRequire(folder + "/").resolve("node-llama-cpp");
const {getLlama, LlamaLogLevel} = await import(pathToFileURL(library));

const rows = JSON.parse(tokens);
const length = rows[0].length + Number(more);
const llama = await getLlama({gpu: false, build: "never", logLevel: LlamaLogLevel.error});
const model = await llama.loadModel({modelPath: file});
const context = await model.createContext({
  sequences: rows.length,
  contextSize: length + 8,
  batchSize: Math.max(512, rows.length * rows[0].length),
  threads: Number(threads),
});

async function continued(row) {
  const sequence = context.getSequence();
  let made = 0;
  let start;
  for await (const _ of sequence.evaluate(row, {temperature: 0, yieldEogToken: true})) {
    made++;
    if (made === Number(few)) start = performance.now();
    if (made === Number(more)) return [start, performance.now()];
  }
  throw new Error(`${Number(more) - made} tokens are missing`);
}

const times = await Promise.all(rows.map(continued));
const start = Math.max(...times.map(([first]) => first));
console.log((Math.max(...times.map(([, last]) => last)) - start) / 1000);
await llama.dispose();
