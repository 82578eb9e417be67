// Copyright 2026 The DJL Adapters authors.
// SPDX-License-Identifier: Apache-2.0

// Continues rows of tokens in llama.cpp, all at once; see tokens.py.
//
//     node llama-cpp.mjs FILE.gguf THREADS NEW_TOKENS FOLDER_OF_NODE_MODULES [[token, …], …]

import {createRequire} from "node:module";
import {pathToFileURL} from "node:url";

const [file, threads, count, folder, tokens] = process.argv.slice(2);
const library = createRequire(folder + "/").resolve("node-llama-cpp");
const {getLlama, LlamaLogLevel} = await import(pathToFileURL(library));

const rows = JSON.parse(tokens);
const length = rows[0].length + Number(count);
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
  let left = Number(count);
  for await (const _ of sequence.evaluate(row, {temperature: 0, yieldEogToken: true})) {
    if (--left === 0) break;
  }
  if (left !== 0) throw new Error(`${left} tokens are missing`);
}

await Promise.all(rows.map(continued));
await llama.dispose();
