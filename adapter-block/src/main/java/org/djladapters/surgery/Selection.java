/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.surgery;

import java.util.ArrayList;
import java.util.List;
import org.djladapters.adapter.Targets;

/**
 * The sites that targets select.
 *
 * @param targets the targets with the names that depend on the model filled in
 * @param sites the sites in the order of the model
 * @param warnings what the user may not have meant, in sentences
 */
record Selection(Targets targets, List<Site> sites, List<String> warnings) {

    Selection {
        sites = List.copyOf(sites);
        warnings = List.copyOf(warnings);
    }

    List<String> paths() {
        return sites.stream().map(Site::path).toList();
    }

    /** The same with other sites and one more warning. */
    Selection with(List<Site> others, String warning) {
        List<String> more = new ArrayList<>(warnings);
        more.add(warning);
        return new Selection(targets, others, more);
    }
}
