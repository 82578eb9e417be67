/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.springboot;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/** Has Spring Boot print the one sentence of a {@link WrongPropertyException}. */
@Order(Ordered.HIGHEST_PRECEDENCE)
final class WrongPropertyAnalyzer extends AbstractFailureAnalyzer<WrongPropertyException> {

    @Override
    protected FailureAnalysis analyze(Throwable failure, WrongPropertyException cause) {
        return new FailureAnalysis(cause.getMessage(), null, cause);
    }
}
