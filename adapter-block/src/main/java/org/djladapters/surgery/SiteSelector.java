/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.surgery;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.commons.text.similarity.LevenshteinDistance;
import org.djladapters.adapter.Targets;

/** Finds the sites that a {@link Targets} selects. */
final class SiteSelector {

    private static final int SHOWN = 5;

    private final List<Site> sites;
    private final List<String> modules;

    SiteSelector(List<Site> sites, List<String> modules) {
        this.sites = sites;
        this.modules = modules;
    }

    /**
     * Selects sites.
     *
     * @throws IllegalArgumentException if nothing is selected or something is named that can't be
     *     adapted; the message shows the nearest candidates
     */
    List<Site> select(Targets targets) {
        List<Site> selected = new ArrayList<>();
        for (Site site : sites) {
            boolean eligible = !targets.isAllLinear() || (site.isLinear() && !site.isHead());
            if (eligible && targets.selects(site.path())) {
                selected.add(site);
            }
        }
        if (!targets.isAllLinear()) {
            refuseUnsupported(targets, selected);
        }
        if (selected.isEmpty()) {
            throw new IllegalArgumentException(nothingSelected(targets));
        }
        return List.copyOf(selected);
    }

    /** A list of suffixes or an expression may only name modules that can be adapted. */
    private void refuseUnsupported(Targets targets, List<Site> selected) {
        List<String> paths = selected.stream().map(Site::path).toList();
        List<String> unsupported =
                modules.stream().filter(targets::selects).filter(m -> !paths.contains(m)).toList();
        if (!unsupported.isEmpty()) {
            throw new IllegalArgumentException(
                    "The targets ("
                            + targets
                            + ") name '"
                            + unsupported.get(0)
                            + "', which has no weight that can be adapted; "
                            + nearest(unsupported.get(0)));
        }
    }

    private String nothingSelected(Targets targets) {
        if (sites.isEmpty()) {
            return "The model has no linear or convolution layer that could be adapted.";
        }
        List<Site> named = sites.stream().filter(site -> targets.names(site.path())).toList();
        if (named.isEmpty()) {
            String wanted =
                    targets.regex() != null
                            ? targets.regex()
                            : String.join(",", targets.suffixes());
            return "No module of the model matches the targets ("
                    + targets
                    + "); "
                    + nearest(wanted);
        }
        if (named.stream().allMatch(site -> targets.excludes(site.path()))) {
            return "Every module that matches the targets ("
                    + targets
                    + ") is excluded; exclude fewer of "
                    + examples(named.stream().map(Site::path).toList())
                    + ".";
        }
        if (!targets.layers().isEmpty()) {
            return "No module that matches the targets ("
                    + targets
                    + ") lies in these layers; the modules are "
                    + examples(named.stream().map(Site::path).toList())
                    + ".";
        }
        return "The model has no linear layer besides its task head that matches the targets ("
                + targets
                + "); name the head's modules if they are meant: "
                + examples(named.stream().map(Site::path).toList())
                + ".";
    }

    /** Names the candidates whose last names look most like what was asked for. */
    private String nearest(String wanted) {
        LevenshteinDistance distance = LevenshteinDistance.getDefaultInstance();
        String last = lastName(wanted);
        List<String> names =
                sites.stream()
                        .map(site -> lastName(site.path()))
                        .distinct()
                        .sorted(Comparator.comparing(name -> distance.apply(name, last)))
                        .limit(SHOWN)
                        .toList();
        return "the nearest names that can be adapted are "
                + String.join(", ", names)
                + " (as in "
                + sites.stream()
                        .map(Site::path)
                        .filter(path -> lastName(path).equals(names.get(0)))
                        .findFirst()
                        .orElseThrow()
                + ").";
    }

    private static String lastName(String path) {
        return path.substring(path.lastIndexOf('.') + 1);
    }

    private static String examples(List<String> paths) {
        String shown = paths.stream().limit(SHOWN).collect(Collectors.joining(", "));
        return paths.size() > SHOWN ? shown + ", ..." : shown;
    }
}
