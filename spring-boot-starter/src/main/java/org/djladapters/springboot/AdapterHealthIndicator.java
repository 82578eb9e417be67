/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.springboot;

import java.util.Map;
import java.util.Optional;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/**
 * Tells the health: {@code OUT_OF_SERVICE} while the folder of adapters is lost, too few adapters
 * are served, or one that a property names is missing. A folder that was refused is named, but the
 * others go on.
 */
final class AdapterHealthIndicator implements HealthIndicator {

    private final AdapterPool pool;

    AdapterHealthIndicator(AdapterPool pool) {
        this.pool = pool;
    }

    @Override
    public Health health() {
        Health.Builder health = new Health.Builder().up();
        Optional<String> problem = pool.problem();
        problem.ifPresent(reason -> health.outOfService().withDetail("reason", reason));
        health.withDetail("model", pool.modelName()).withDetail("adapters", pool.names().size());
        Map<String, String> refused = pool.refusals();
        if (!refused.isEmpty()) {
            health.withDetail("refused", refused);
        }
        return health.build();
    }
}
