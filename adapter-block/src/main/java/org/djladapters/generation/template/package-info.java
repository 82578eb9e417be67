/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */

/**
 * Renders chat templates with Jinjava as Jinja does it in Python, or refuses them.
 *
 * <p>Jinjava differs from Jinja in details that change prompts without a word: which white space
 * goes, what is true, what is equal, what operators bind to. Here the white space is decided before
 * Jinjava sees a template ({@code TemplateSource}), values behave as Python's ({@code
 * PythonValues}), and only those tags, filters, tests, functions and methods are allowed whose
 * results are known to be the same.
 */
@Internal
package org.djladapters.generation.template;

import org.djladapters.io.Internal;
