/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.surgery;

import java.util.ArrayList;
import java.util.List;
import org.djladapters.adapter.TargetModule;
import org.djladapters.adapter.Targets;

/** The target modules that targets select, with warnings about what the user may not have meant. */
public record ResolvedTargets(
        Targets targets, List<TargetModule> targetModules, List<String> warnings) {

    public ResolvedTargets {
        targetModules = List.copyOf(targetModules);
        warnings = List.copyOf(warnings);
    }

    public List<String> paths() {
        return targetModules.stream().map(TargetModule::path).toList();
    }

    /** Returns the targets with other target modules and one more warning. */
    public ResolvedTargets with(List<TargetModule> others, String warning) {
        List<String> more = new ArrayList<>(warnings);
        more.add(warning);
        return new ResolvedTargets(targets, others, more);
    }
}
