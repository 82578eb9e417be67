/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */

/**
 * Adapters in a program with Spring Boot: {@link
 * org.djladapters.springboot.AdapterAutoConfiguration} opens the model that the properties name
 * ({@link org.djladapters.springboot.AdapterProperties}), follows a folder of adapters, and gives
 * beans for Spring AI and LangChain4j.
 */
package org.djladapters.springboot;
