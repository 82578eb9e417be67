/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.serve;

import com.google.gson.JsonObject;
import java.util.List;

/**
 * What was predicted for a request.
 *
 * @param adapter the name of the adapter, null for the base model
 * @param version the version of the adapter
 * @param predictions an object for each input
 * @param tokens the number of tokens of texts that got vectors, if it was asked for, else 0
 */
record Predicted(String adapter, int version, List<JsonObject> predictions, int tokens) {}
