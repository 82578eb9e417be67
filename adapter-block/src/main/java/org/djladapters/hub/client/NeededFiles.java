/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.hub.client;

import static org.djladapters.io.MalformedFileException.quote;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.djladapters.hub.program.Checkpoint;
import org.djladapters.hub.program.CompanionFiles;
import org.djladapters.io.MalformedFileException;

/**
 * Which files of a repository it takes to open what is in it. Repositories often hold the same
 * weights in several formats; only one of them is fetched, and never one that can run code when it
 * is read.
 */
public enum NeededFiles {
    /** A model: a checkpoint with safetensors, or an export to TorchScript. */
    MODEL {

        @Override
        void requireUsable(HubRepository repository, Set<String> names) throws IOException {
            if (isExport(names)) {
                return;
            }
            if (names.contains(Checkpoint.FILE) || names.contains(Checkpoint.INDEX)) {
                if (!names.contains(CONFIG)) {
                    throw unusable(repository, "has no " + CONFIG, "choose another repository");
                }
                return;
            }
            if (names.contains(ADAPTER_CONFIG)) {
                throw unusable(
                        repository,
                        "holds an adapter, no model",
                        "name its base model here, and this one where an adapter is expected");
            }
            requireNoPickle(repository, names);
            throw unusable(
                    repository,
                    "holds no weights that can be read here (%s, or a TorchScript export with %s)"
                            .formatted(Checkpoint.FILE, SERVING),
                    "choose another repository or revision");
        }

        @Override
        boolean isDescription(String name, Set<String> names) {
            return switch (name) {
                case SERVING -> isExport(names);
                case Checkpoint.INDEX -> !isExport(names) && !names.contains(Checkpoint.FILE);
                default ->
                        MODEL_FILES.contains(name)
                                || CompanionFiles.NAMES.contains(name)
                                || MODULE_CONFIG.matcher(name).matches();
            };
        }

        @Override
        Set<String> weights(Set<String> names, Path snapshot) throws IOException {
            if (isExport(names)) {
                return archive(names, snapshot.resolve(SERVING));
            }
            Set<String> weights =
                    new TreeSet<>(
                            names.contains(Checkpoint.FILE)
                                    ? Set.of(Checkpoint.FILE)
                                    : parts(snapshot.resolve(Checkpoint.INDEX), names));
            names.stream()
                    .filter(name -> MODULE_WEIGHTS.matcher(name).matches())
                    .forEach(weights::add);
            return weights;
        }
    },

    /** An adapter as PEFT writes it. */
    ADAPTER {

        @Override
        void requireUsable(HubRepository repository, Set<String> names) throws IOException {
            if (!names.contains(ADAPTER_CONFIG)) {
                throw names.contains(CONFIG)
                        ? unusable(
                                repository,
                                "holds a model, no adapter",
                                "name it where a model is expected")
                        : unusable(
                                repository,
                                "holds no adapter (%s, %s)"
                                        .formatted(ADAPTER_CONFIG, ADAPTER_WEIGHTS),
                                "choose another repository");
            }
            if (!names.contains(ADAPTER_WEIGHTS)) {
                requireNoPickle(repository, names);
                throw unusable(repository, "has no " + ADAPTER_WEIGHTS, "choose another revision");
            }
        }

        @Override
        boolean isDescription(String name, Set<String> names) {
            return CompanionFiles.ADAPTER.contains(name) || name.equals("LICENSE");
        }

        @Override
        Set<String> weights(Set<String> names, Path snapshot) {
            return Set.of(ADAPTER_WEIGHTS);
        }
    };

    private static final String CONFIG = "config.json";
    private static final String SERVING = "serving.properties";
    private static final String ADAPTER_CONFIG = "adapter_config.json";
    private static final String ADAPTER_WEIGHTS = "adapter_model.safetensors";

    /** Besides {@link CompanionFiles#NAMES}. */
    private static final Set<String> MODEL_FILES =
            Set.of(
                    CONFIG,
                    "modules.json",
                    CompanionFiles.PROMPTS,
                    CompanionFiles.TRANSFORMER,
                    "README.md");

    /** Modules of sentence-transformers after the model, {@code 1_Pooling/config.json}. */
    private static final Pattern MODULE_CONFIG = Pattern.compile("\\d+_[A-Za-z0-9]+/config\\.json");

    /** The weights of such a module. */
    private static final Pattern MODULE_WEIGHTS = Pattern.compile("\\d+_Dense/model\\.safetensors");

    /** Weights that Python's pickle reads. */
    private static final Pattern PICKLE =
            Pattern.compile("(pytorch_model|adapter_model)[^/]*\\.(bin|pt|pth)");

    /**
     * Refuses a repository that holds nothing of this kind; the message says what it holds instead.
     */
    abstract void requireUsable(HubRepository repository, Set<String> names) throws IOException;

    /** Returns the small files, which tell which others are needed. */
    List<String> descriptions(Set<String> names) {
        return names.stream().filter(name -> isDescription(name, names)).sorted().toList();
    }

    /** Tells whether a file is one of the small ones, in a repository with files of these names. */
    abstract boolean isDescription(String name, Set<String> names);

    /** Returns the large files, which the small ones in a folder tell. */
    abstract Set<String> weights(Set<String> names, Path snapshot) throws IOException;

    private static IOException unusable(HubRepository repository, String what, String remedy) {
        return new IOException("%s %s; %s".formatted(repository, what, remedy));
    }

    private static void requireNoPickle(HubRepository repository, Set<String> names)
            throws IOException {
        List<String> pickles =
                names.stream().filter(name -> PICKLE.matcher(name).matches()).toList();
        if (!pickles.isEmpty()) {
            throw unusable(
                    repository,
                    "has its weights as a pickle file only (%s), which can run any code when it is read"
                            .formatted(pickles.get(0)),
                    "look for a revision with safetensors (hf://%s@refs/pr/1, for example), or convert it in Python with save_pretrained(FOLDER, safe_serialization=True) and name the folder"
                            .formatted(repository.id()));
        }
    }

    private static Set<String> parts(Path index, Set<String> names) throws IOException {
        Set<String> parts = new TreeSet<>(Checkpoint.parts(index));
        for (String part : parts) {
            if (!names.contains(part)) {
                throw new MalformedFileException(
                        index,
                        "names the file "
                                + quote(part)
                                + ", which the repository does not have; choose another revision");
            }
        }
        return parts;
    }

    /** An export goes before a checkpoint, as it does where a folder holds both. */
    private static boolean isExport(Set<String> names) {
        return names.contains(SERVING) && !archives(names).isEmpty();
    }

    private static Set<String> archives(Set<String> names) {
        Set<String> archives = new TreeSet<>(names);
        archives.removeIf(name -> !name.endsWith(".pt") || name.contains("/"));
        return archives;
    }

    /** The archive that the properties name; all of them if they name none. */
    private static Set<String> archive(Set<String> names, Path serving) throws IOException {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(serving)) {
            properties.load(reader);
        } catch (IllegalArgumentException e) {
            throw new MalformedFileException(
                    serving, "is no properties file; choose another revision", e);
        }
        String named = properties.getProperty("option.modelName") + ".pt";
        return archives(names).contains(named) ? Set.of(named) : archives(names);
    }
}
