/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.surgery;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.commons.text.similarity.LevenshteinDistance;
import org.djladapters.adapter.TargetModule;
import org.djladapters.adapter.Targets;
import org.djladapters.hub.architecture.Architectures;

/** Finds the target modules that a {@link Targets} selects. */
public final class TargetResolver {

    private static final int SHOWN = 5;

    private final List<TargetModule> targetModules;
    private final List<String> modules;
    private final Supplier<Optional<String>> modelType;

    /** Looks at a model. */
    public TargetResolver(
            List<TargetModule> targetModules,
            List<String> modules,
            Supplier<Optional<String>> modelType) {
        this.targetModules = targetModules;
        this.modules = modules;
        this.modelType = modelType;
    }

    /**
     * Selects target modules. Whether other adapters have the same target modules is of no matter.
     *
     * @throws IllegalArgumentException if nothing is selected, something is named that can't be
     *     adapted, or the usual targets are meant of a type of model of which none are known; the
     *     message shows the nearest candidates
     */
    public ResolvedTargets select(Targets targets) {
        if (targetModules.isEmpty()) {
            throw new IllegalArgumentException(
                    "The model has no linear or convolution layer that could be adapted");
        }
        Targets named = resolve(targets);
        List<TargetModule> selected = eligible(named).filter(s -> named.selects(s.path())).toList();
        if (!named.isAllLinear()) {
            refuseUnsupported(named, selected);
        }
        if (selected.isEmpty()) {
            throw new IllegalArgumentException(nothingSelected(named));
        }
        return new ResolvedTargets(named, selected, warnings(named, selected));
    }

    private Stream<TargetModule> eligible(Targets targets) {
        return targetModules.stream()
                .filter(s -> !targets.isAllLinear() || (s.isLinear() && !s.isHead()));
    }

    private Targets resolve(Targets targets) {
        if (!targets.isByModelType()) {
            return targets;
        }
        Optional<String> type = modelType.get();
        List<String> usual =
                type.map(known -> Architectures.traits(known).targets()).orElse(List.of());
        if (usual.isEmpty()) {
            String problem =
                    type.isPresent()
                            ? "No default targets are known for models of the type '"
                                    + type.get()
                                    + "'"
                            : "Default targets depend on the type of the model, which is"
                                    + " unknown (model_type in config.json)";
            String candidates = names().limit(SHOWN).collect(Collectors.joining(", "));
            throw new IllegalArgumentException(
                    problem + "; name the targets, such as " + candidates);
        }
        return targets.withUsual(usual);
    }

    private List<String> warnings(Targets targets, List<TargetModule> selected) {
        List<String> paths = selected.stream().map(TargetModule::path).toList();
        List<String> warnings = new ArrayList<>();
        List<String> unused = targets.unusedSuffixes(paths);
        if (!unused.isEmpty()) {
            warnings.add(
                    "The targets (%s) select nothing; the adapted modules are %s"
                            .formatted(String.join(",", unused), examples(paths)));
        }
        // an exclusion may also keep away from modules that can't be adapted
        List<String> candidates =
                targets.isAllLinear()
                        ? eligible(targets).map(TargetModule::path).toList()
                        : Stream.concat(paths.stream(), modules.stream()).toList();
        List<String> idle = targets.unusedExclusions(candidates);
        if (!idle.isEmpty()) {
            warnings.add(
                    "The exclusions (%s) exclude nothing; the adapted modules are %s"
                            .formatted(String.join(",", idle), examples(paths)));
        }
        return warnings;
    }

    /** Refuses suffixes or an expression that name modules which can't be adapted. */
    private void refuseUnsupported(Targets targets, List<TargetModule> selected) {
        List<String> paths = selected.stream().map(TargetModule::path).toList();
        List<String> unsupported =
                modules.stream().filter(targets::selects).filter(m -> !paths.contains(m)).toList();
        if (!unsupported.isEmpty()) {
            throw new IllegalArgumentException(
                    "The targets (%s) name '%s', which has no weight that can be adapted; %s"
                            .formatted(targets, unsupported.get(0), nearest(unsupported.get(0))));
        }
    }

    private String nothingSelected(Targets targets) {
        List<String> named =
                eligible(targets).map(TargetModule::path).filter(targets::names).toList();
        if (named.isEmpty() && targets.isAllLinear()) {
            return "The model has no linear layer besides its task head; name the modules, such as "
                    + examples(targetModules.stream().map(TargetModule::path).toList());
        }
        if (named.isEmpty()) {
            String wanted =
                    targets.regex() != null
                            ? targets.regex()
                            : String.join(",", targets.suffixes());
            return "No module of the model matches the targets (%s); %s"
                    .formatted(targets, nearest(wanted));
        }
        if (named.stream().allMatch(targets::excludes)) {
            return "Every module that matches the targets (%s) is excluded; exclude fewer of %s"
                    .formatted(targets, examples(named));
        }
        return "No module that matches the targets (%s) lies in these layers%s; the modules are %s"
                .formatted(
                        targets,
                        (named.stream().anyMatch(targets::excludes)
                                ? " without being excluded"
                                : ""),
                        examples(named));
    }

    /** Names the candidates whose last names look most like what was asked for. */
    private String nearest(String wanted) {
        LevenshteinDistance distance = LevenshteinDistance.getDefaultInstance();
        String last = lastName(wanted);
        List<String> names =
                names().sorted(Comparator.comparing(name -> distance.apply(name, last)))
                        .limit(SHOWN)
                        .toList();
        return "the nearest names that can be adapted are "
                + String.join(", ", names)
                + " (as in "
                + targetModules.stream()
                        .map(TargetModule::path)
                        .filter(path -> lastName(path).equals(names.get(0)))
                        .findFirst()
                        .orElseThrow()
                + ")";
    }

    private Stream<String> names() {
        return targetModules.stream().map(targetModule -> lastName(targetModule.path())).distinct();
    }

    /** Returns the last name of a module, with that of its list where it is only a number. */
    private static String lastName(String path) {
        String name = path.substring(path.lastIndexOf('.') + 1);
        boolean number = !name.isEmpty() && name.chars().allMatch(Character::isDigit);
        return number ? path.substring(path.lastIndexOf('.', path.lastIndexOf('.') - 1) + 1) : name;
    }

    private static String examples(List<String> paths) {
        String shown = paths.stream().limit(SHOWN).collect(Collectors.joining(", "));
        return paths.size() > SHOWN ? shown + ", ..." : shown;
    }
}
