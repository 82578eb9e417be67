/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.checkpoint;

import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.djladapters.adapter.Adapter;
import org.djladapters.adapter.Methods;
import org.djladapters.adapter.format.AdapterFormat;

/**
 * The names of tensors in adapter directories. PEFT calls them {@code base_model.model.<module
 * path>.<parameter>}, and what belongs to an adapted module itself {@code base_model.model.<module
 * path>.base_layer.<parameter>}; in memory it also puts the adapter's name in, which some files
 * still have. What several modules share it calls {@code base_model.<name>}.
 */
final class TensorNames {

    private static final String PREFIX = "base_model.model.";
    private static final String SHARED = "base_model.";
    private static final String SAVED = ".modules_to_save";
    private static final String ADAPTED = ".base_layer";

    /** PEFT's copy of a module that is trained in full, as it was. */
    private static final String ORIGINAL = ".original_module.";

    /**
     * The parts of a name around the adapter's, before the parameters of a module trained in full.
     */
    private static final Pattern SAVED_AS = Pattern.compile("\\.modules_to_save\\.[^.]+\\.");

    private TensorNames() {}

    /** Returns the name in a file of a module or parameter of the model. */
    static String of(String key, ModuleNames names) {
        return PREFIX + names.toFile(key);
    }

    /** Returns the name in a file of an adapter's parameter. */
    static String of(String key, Adapter adapter, ModuleNames names) {
        if (adapter.sharedParameters().containsKey(key)) {
            return shared(key);
        }
        String parameter =
                Methods.of(adapter.config())
                        .map(method -> method.format().savedAs(adapter.config(), key))
                        .orElse(key);
        return of(
                adapter.targetModules().keySet().stream()
                        .filter(module -> key.equals(module.bias()))
                        .map(module -> module.path() + ADAPTED + ".bias")
                        .reduce(parameter, (before, bias) -> bias),
                names);
    }

    /** Returns the name of what modules share, in files and among the places of an adapter. */
    static String shared(String name) {
        return SHARED + name;
    }

    /** Tells whether a name without its prefix is that of what modules share. */
    static boolean isShared(String name) {
        return name.startsWith(SHARED);
    }

    /** Returns a name without its beginning and what PEFT puts around modules. */
    static String plain(String name) {
        return unwrapped(withoutPrefix(name));
    }

    static String withoutPrefix(String name) {
        return name.startsWith(PREFIX) ? name.substring(PREFIX.length()) : name;
    }

    private static String unwrapped(String key) {
        return key.replace(SAVED + ".", ".")
                .replace(ADAPTED + ".", ".")
                .replace(AdapterFormat.COPY, ".");
    }

    static String parent(String path) {
        int dot = path.lastIndexOf('.');
        return dot < 0 ? "" : path.substring(0, dot);
    }

    /**
     * Lists what a tensor may be: its name without the prefix as it is, or without the adapter's
     * name, which is the last part, the one before, or in a module that is trained in full the
     * first.
     */
    static List<String> candidates(String name) {
        String stored = withoutPrefix(name);
        String key = unwrapped(stored);
        String parent = parent(key);
        return List.of(
                stored,
                key,
                SAVED_AS.matcher(stored).replaceFirst("."),
                parent,
                parent(parent) + key.substring(parent.length()),
                parent(parent)); // a magnitude with name and weight
    }

    /** Tells whether a tensor is a parameter of a module that is trained in full. */
    static boolean isSaved(String name, String parameter) {
        String stored = withoutPrefix(name);
        return unwrapped(stored).equals(parameter)
                || SAVED_AS.matcher(stored).replaceFirst(".").equals(parameter);
    }

    /** Tells whether a tensor is one that PEFT writes but does not read. */
    static boolean isIdle(String name, Set<String> stored) {
        boolean twice = name.contains(SAVED) && stored.contains(unwrapped(name));
        boolean ofMethod = Methods.descriptors().stream().anyMatch(m -> m.format().isUnused(name));
        return twice || ofMethod || name.contains(ORIGINAL);
    }
}
