/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.checkpoint;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.djladapters.adapter.Adapter;
import org.djladapters.adapter.format.ConfigFields;
import org.djladapters.checkpoint.head.LabelsFile;
import org.djladapters.checkpoint.head.OutputLabels;
import org.djladapters.hub.ModelTower;
import org.djladapters.io.Internal;
import org.djladapters.io.MalformedFileException;
import org.djladapters.io.Sha256;
import org.djladapters.kernel.PyTorch;
import org.djladapters.model.AdaptedModel;
import org.djladapters.safetensors.SafetensorsFile;
import org.djladapters.safetensors.TensorEntry;

/**
 * Reads and writes adapters as directories, in the layout of PEFT: {@code adapter_config.json} and
 * {@code adapter_model.safetensors}, with tensors named {@code base_model.model.<module
 * path>.<parameter>}. A head that the adapter brings adds {@code head_config.json} and the tensors
 * {@code base_model.model.head.weight} and {@code .bias}.
 *
 * <p>Compound adapters have the fields of the PEFT fork in which they were introduced; block sizes,
 * other maps and exclusions, which the fork does not have, are fields of our own.
 */
public final class AdapterDirectory {

    /** The file that names the classes of a head: a JSON list of texts in the head's order. */
    public static final String LABELS = LabelsFile.NAME;

    /** The file that records how an adapter was trained. */
    public static final String PROVENANCE = "provenance.json";

    /** How skew matrices are stored. */
    public enum Layout {
        /** The strictly upper triangle, (adapters, blocks, n(n-1)/2): half the size. */
        PACKED,
        /** Full matrices, (adapters, blocks, n, n), as the PEFT fork reads them. */
        REFERENCE
    }

    /**
     * The description of an adapter, which is read without a model.
     *
     * @param method the method, {@code lora} for example
     * @param base the name of the model that was adapted, at the hub or else that of its folder;
     *     empty if it is not known
     * @param revision the version of that model at the hub, empty if it is not said
     * @param files the names of the files that make up the adapter
     */
    public record Description(
            String method, Optional<String> base, Optional<String> revision, List<String> files) {

        /** Keeps a copy of the names. */
        public Description {
            files = List.copyOf(files);
        }
    }

    private AdapterDirectory() {}

    /**
     * Saves an adapter with packed triangles and the card that {@link #save(AdaptedModel, String,
     * Path, Layout, Map)} writes.
     *
     * @throws IOException if the directory can't be written or holds other files; nothing is left
     *     behind then
     */
    public static void save(AdaptedModel model, String adapterName, Path directory)
            throws IOException {
        save(model, adapterName, directory, Layout.PACKED);
    }

    /**
     * Saves an adapter as {@link #save(AdaptedModel, String, Path)} does, with skew matrices in a
     * layout.
     *
     * @throws IOException if the directory can't be written or holds other files; nothing is left
     *     behind then
     */
    public static void save(AdaptedModel model, String adapterName, Path directory, Layout layout)
            throws IOException {
        save(model, adapterName, directory, layout, Map.of());
    }

    /**
     * Saves an adapter that was trained by hand, with the names of its outputs: {@code TaskModel},
     * evaluation, merging and publishing know its classes then. The names also stay with the
     * adapter in the model.
     *
     * @param labels the classes in the order of the outputs; none if the single output is a number
     * @throws IOException if the directory can't be written or holds other files; nothing is left
     *     behind then
     * @throws IllegalArgumentException if these are not as many as the outputs, or one of them
     *     stands twice
     */
    public static void save(
            AdaptedModel model, String adapterName, Path directory, List<String> labels)
            throws IOException {
        OutputLabels.set(model, adapterName, labels);
        save(model, adapterName, directory);
    }

    /** Returns what is known of an adapter as contents by the names of files, to save with it. */
    public static Map<String, String> texts(Adapter adapter) {
        return AdapterFiles.of(adapter.record());
    }

    /**
     * Saves an adapter along with texts about it, all or nothing. If another thread trains it
     * meanwhile, the parameters of one step are saved.
     *
     * @param adapterName the name of one of its adapters
     * @param directory where to; an older adapter directory is replaced
     * @param layout how skew matrices are stored
     * @param texts the contents of further files by name: {@value #LABELS} (if it is not given,
     *     that which the adapter has), {@value #PROVENANCE}, {@code config.json} of the model that
     *     PEFT trained, {@code README.md}; without the last a card is written that tells the
     *     method, its options, the metrics of the provenance and how to load the adapter
     * @throws IOException if the directory can't be written or holds other files; nothing is left
     *     behind then
     */
    public static void save(
            AdaptedModel model,
            String adapterName,
            Path directory,
            Layout layout,
            Map<String, String> texts)
            throws IOException {
        new AdapterWriter(model, adapterName).write(directory, layout, texts);
    }

    /** Adds up the sizes of an adapter's files of weights in bytes, with those of its head. */
    @Internal
    public static long weightBytes(Path directory) throws IOException {
        long bytes = 0;
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.filter(f -> f.toString().endsWith(".safetensors")).toList()) {
                bytes += Files.size(file);
            }
        }
        return bytes;
    }

    /** Fingerprints the files of an adapter. */
    @Internal
    public static String fingerprint(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return Sha256.of(files.filter(Files::isRegularFile).sorted().toList());
        }
    }

    /**
     * Loads an adapter. The first adapter of a model becomes active. If anything is wrong, the
     * model stays as it was.
     *
     * @param name the name that the adapter gets there
     * @throws MalformedFileException if the directory does not hold an adapter for this model, or
     *     one that was trained on a model of other weights, which {@link
     *     org.djladapters.hub.OpenOptions.Builder#optAnyBase} allows; the message says in which
     *     file what is wrong
     * @throws IOException if a file is missing or can't be read
     * @throws IllegalArgumentException if the name is taken or no name for an adapter
     */
    public static Adapter load(AdaptedModel model, String name, Path directory) throws IOException {
        return StoredAdapter.read(model, directory).put(name, model.registry()::add);
    }

    /**
     * Loads an adapter in the place of one, whatever method and targets it has. Predictions that
     * name the adapter are made with one of them or the other, and none is refused; the one that
     * was there is released after those that use it. Task models and embedding models that were
     * opened for it follow it or keep the one that was there, as their {@code Replacement} says. If
     * anything is wrong, the model stays as it was.
     *
     * @param name the name of one of its adapters
     * @throws MalformedFileException as {@link #load}
     * @throws IOException if a file is missing or can't be read
     * @throws IllegalArgumentException if there is no adapter of the name
     * @throws IllegalStateException if it is merged
     */
    public static Adapter replace(AdaptedModel model, String name, Path directory)
            throws IOException {
        model.adapter(name);
        return StoredAdapter.read(model, directory).put(name, model.registry()::replace);
    }

    /**
     * Replaces the values that an adapter has by those of a directory, as a server does that goes
     * from one task to another. If anything is wrong, the model stays as it was. The adapter keeps
     * its configuration; its method, head and targets must be those of the directory.
     *
     * <p>LoRA may have a smaller rank and another scaling than the adapter: the adapter computes
     * what the directory's would. Layers that the directory's does not adapt are as in the base
     * model.
     *
     * @param adapterName the name of one of its adapters
     * @throws MalformedFileException if the directory does not hold an adapter that fits; the
     *     message says in which file what is wrong
     * @throws IOException if a file is missing or can't be read
     * @throws IllegalArgumentException if there is no adapter of the name
     * @throws IllegalStateException if the adapter is merged
     */
    public static void swap(AdaptedModel model, String adapterName, Path directory)
            throws IOException {
        Adapter adapter = model.adapter(adapterName);
        StoredAdapter.read(model, directory).swapInto(adapter);
    }

    /**
     * Checks that every number of an adapter is finite, which loading requires; no model is needed.
     *
     * @param directory an adapter directory
     * @throws MalformedFileException if a tensor has other values; the message names it
     * @throws IOException if the tensors are missing or can't be read
     */
    public static void requireFinite(Path directory) throws IOException {
        Path path = AdapterFiles.require(directory, AdapterFiles.TENSORS);
        try (SafetensorsFile file = SafetensorsFile.open(path)) {
            for (TensorEntry entry : file.tensors().values()) {
                if (entry.dataType().isFloating()) {
                    try (NDManager scope = PyTorch.newManager()) {
                        NDArray tensor = file.read(scope, entry.name());
                        TensorChecks.requireFinite(path, entry.name(), tensor, scope);
                    }
                }
            }
        }
    }

    /**
     * Describes an adapter.
     *
     * @param directory an adapter directory
     * @throws MalformedFileException if a file that every adapter has is malformed
     * @throws IOException if one is missing or can't be read
     */
    public static Description describe(Path directory) throws IOException {
        ConfigFields fields = AdapterFiles.config(directory);
        String method = AdapterFiles.method(fields).name();
        SafetensorsFile.open(AdapterFiles.require(directory, AdapterFiles.TENSORS)).close();
        return new Description(
                method,
                AdapterFiles.baseModel(directory),
                AdapterFiles.text(fields, "revision"),
                AdapterFiles.in(directory));
    }

    /**
     * Finds which tower of a model of texts and images an adapter changes.
     *
     * @param directory an adapter directory
     * @return the tower; empty if it changes both, or none by these names
     * @throws IOException if the tensors are missing or malformed
     */
    @Internal
    public static Optional<ModelTower> tower(Path directory) throws IOException {
        Path path = AdapterFiles.require(directory, AdapterFiles.TENSORS);
        try (SafetensorsFile file = SafetensorsFile.open(path)) {
            List<ModelTower> towers =
                    Arrays.stream(ModelTower.values())
                            .filter(
                                    tower ->
                                            file.tensors().keySet().stream()
                                                    .map(TensorNames::plain)
                                                    .anyMatch(tower::holds))
                            .toList();
            return towers.size() == 1 ? Optional.of(towers.get(0)) : Optional.empty();
        }
    }

    /** Tells whether a directory has the configuration of an adapter, and maybe other files. */
    public static boolean holdsAdapter(Path directory) {
        return Files.isRegularFile(directory.resolve(AdapterFiles.CONFIG));
    }

    /**
     * Requires that an adapter can be saved, before work is done for it: in a folder that does not
     * exist, is empty, or holds an adapter and nothing else.
     *
     * @param directory where an adapter is to be saved
     * @param overwrite whether an adapter that is there may be replaced
     * @throws FileAlreadyExistsException if something is there that would be lost
     * @throws IOException if nothing can be written there
     */
    public static void requireSavable(Path directory, boolean overwrite) throws IOException {
        AdapterFiles.requireSavable(directory, overwrite);
    }

    /**
     * Requires that a directory holds its files itself, before they go on to others in another
     * form.
     *
     * @param directory an adapter directory
     * @throws IOException if one of the adapter's files is a link that leads out of the directory;
     *     the message names it
     */
    public static void requireOwnFiles(Path directory) throws IOException {
        AdapterFiles.requireOwn(directory);
    }

    /**
     * Reads the names of a head's classes.
     *
     * @param directory an adapter directory
     * @return the names in the order of the outputs, empty if the directory does not tell
     * @throws MalformedFileException if {@value #LABELS} is not a list of different texts
     * @throws IOException if it can't be read
     */
    public static List<String> labels(Path directory) throws IOException {
        Path file = directory.resolve(LABELS);
        return Files.exists(file) ? LabelsFile.read(file) : List.of();
    }
}
