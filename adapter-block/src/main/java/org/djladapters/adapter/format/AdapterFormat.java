/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.format;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.gson.JsonElement;
import com.google.gson.JsonPrimitive;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.djladapters.adapter.AdapterConfig;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.adapter.WeightSpec;
import org.djladapters.io.MalformedFileException;
import org.djladapters.safetensors.TensorEntry;

/** How a method's configuration and parameters lie in an adapter directory. */
public interface AdapterFormat {

    /** Returns the name of the method in {@code peft_type}. */
    String peftType();

    /** Tells whether PEFT itself knows the type. */
    default boolean isReadByPeft() {
        return true;
    }

    /** Tells whether a configuration is one of the method. */
    boolean isFor(AdapterConfig config);

    /** Adds the method's fields to those of a configuration file. */
    void write(AdapterConfig config, Map<String, JsonElement> fields);

    /**
     * Returns the method's fields that select modules as {@code target_modules} does: by a list of
     * suffixes or by an expression on the whole path.
     */
    default List<String> moduleFields() {
        return List.of();
    }

    /** Returns the method's fields that give values to modules by expressions on their paths. */
    default List<String> patternFields() {
        return List.of();
    }

    /** Adds the fields that depend on the adapted layers, if the method has such. */
    default void writeLayers(List<WeightSpec> weights, Map<String, JsonElement> fields) {
        // GPT-2's layers store their weights the other way round, which PEFT wants to be told
        boolean turned = weights.stream().anyMatch(w -> w.kind() == WeightSpec.Kind.CONV1D);
        fields.computeIfPresent("fan_in_fan_out", (name, value) -> new JsonPrimitive(turned));
    }

    /**
     * Reads the method's fields.
     *
     * @param modulesToSave the modules that are trained in full
     */
    AdapterConfig read(ConfigFields fields, List<String> modulesToSave) throws IOException;

    /**
     * Looks at the names of all tensors of a file before any is read.
     *
     * @throws MalformedFileException if the file has an older layout that can't be read
     */
    default void check(Path file, Set<String> tensors) throws MalformedFileException {
        // most methods had one layout only
    }

    /**
     * Returns the configuration that the tensors of a file have, of which PEFT may leave out a part
     * without saying so.
     */
    default AdapterConfig asStored(AdapterConfig config, Map<String, TensorEntry> tensors) {
        return config;
    }

    /** Tells whether a tensor is one that PEFT writes along but does not read. */
    default boolean isUnused(String tensor) {
        return false;
    }

    /**
     * Tells whether a layer that a file to be swapped in does not have is left as in the base
     * model.
     */
    default boolean mayLackLayers() {
        return false;
    }

    /** Returns the shapes in which a file may hold a parameter of a Block, usually only its own. */
    default List<Shape> shapes(AdapterConfig config, WeightAdapter block, String parameter) {
        return List.of(block.getDirectParameters().get(parameter).getArray().getShape());
    }

    /**
     * Returns the value of a parameter as a file is to hold it; what is made for that belongs to
     * the scope.
     *
     * @param full whether skew matrices are stored in full where a method can store their triangles
     */
    default NDArray toFile(
            AdapterConfig config,
            WeightAdapter block,
            String parameter,
            NDArray value,
            boolean full,
            NDManager scope) {
        return value;
    }

    /** Returns a parameter from how a file holds it, in one of the shapes above. */
    default NDArray fromFile(
            AdapterConfig config, WeightAdapter block, String parameter, NDArray stored) {
        return stored;
    }

    /** What PEFT's LN tuning puts before the parameters of a layer. */
    String COPY = ".ln_tuning_layers.";

    /** Returns the name in files of a parameter of the base model that trains as it is. */
    default String savedAs(AdapterConfig config, String parameter) {
        return parameter;
    }

    /**
     * Tells whether a file may lack what an adapter has and does not train, as files may that
     * others wrote.
     *
     * @param fixed a name of {@link WeightAdapter#fixed()}
     */
    default boolean mayLack(String fixed) {
        return false;
    }
}
