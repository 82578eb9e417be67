/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.util.Pair;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.djladapters.io.Internal;

/** A named adapter of a model: one Block for every adapted weight, and what else it trains. */
public final class Adapter implements AutoCloseable {

    private final String name;
    private final AdapterSpec spec;
    private final Map<String, Parameter> saved;
    private final Head head;

    private volatile AdapterRecord record = AdapterRecord.NONE;
    private volatile boolean headless;

    /** The adapter in its place; null while it has its place, and for ever if it was deleted. */
    private volatile Adapter successor;

    /** Makes an adapter of Blocks and parameters, which it owns. */
    @Internal
    public Adapter(String name, AdapterSpec spec, Map<String, Parameter> saved, Head head) {
        this.name = name;
        this.spec = spec;
        this.saved = saved;
        this.head = head;
    }

    /** {@return the name of the adapter} */
    public String name() {
        return name;
    }

    /** {@return the configuration, with the targets filled in that depend on the model} */
    public AdapterConfig config() {
        return spec.config();
    }

    /**
     * {@return sentences about what the user may not have meant, empty for none} Such are
     * exclusions without effect and weights that are shared with modules that are not adapted. They
     * were logged when the adapter was made.
     */
    public List<String> warnings() {
        return spec.warnings();
    }

    /** {@return a sentence that says what would use the parameters better, if anything would} */
    public Optional<String> hint() {
        return spec.hint();
    }

    /**
     * {@return the share of the outputs of the adapted layers that the adapter can change} It is a
     * number from 0 to 1, 0 where no layer is adapted.
     */
    public double coverage() {
        return spec.coverage();
    }

    /** {@return the Blocks by the target modules that they transform, in the order of the model} */
    public Map<TargetModule, WeightAdapter> targetModules() {
        return spec.targetModules();
    }

    /** {@return copies of the base model's parameters that are trained in full, by name there} */
    public Map<String, Parameter> savedModules() {
        return Collections.unmodifiableMap(saved);
    }

    /** {@return the configuration of the head, if the adapter brings one} */
    public Optional<HeadConfig> headConfig() {
        return Optional.ofNullable(head).map(Head::config);
    }

    /** Returns the labels and other facts that belong to the adapter. */
    @Internal
    public AdapterRecord record() {
        return record;
    }

    /** Sets the record. What was opened for an older record is opened again. */
    @Internal
    public void setRecord(AdapterRecord record) {
        this.record = record;
    }

    /**
     * {@return all that trains, by the names under which checkpoints keep it} These are {@code
     * <module path>.<parameter name>}, {@code <parameter name>} for what several modules share, and
     * {@code head.weight} and {@code head.bias} for the head.
     */
    public Map<String, Parameter> parameters() {
        Map<String, Parameter> all = new LinkedHashMap<>();
        for (Map.Entry<TargetModule, WeightAdapter> entry : targetModules().entrySet()) {
            String prefix = entry.getKey().path() + ".";
            for (Pair<String, Parameter> own : entry.getValue().getDirectParameters()) {
                all.put(prefix + own.getKey(), own.getValue());
            }
        }
        all.putAll(sharedParameters());
        all.putAll(saved);
        if (head != null) {
            head.getDirectParameters()
                    .forEach(entry -> all.put("head." + entry.getKey(), entry.getValue()));
        }
        return all;
    }

    /** {@return the trainable parameters that several Blocks share, by name, usually none} */
    public Map<String, Parameter> sharedParameters() {
        return spec.sharedParameters();
    }

    /**
     * {@return what several Blocks share and what does not train, but belongs in a checkpoint, by
     * name}
     */
    public Map<String, NDArray> shared() {
        Map<String, NDArray> all = new LinkedHashMap<>();
        targetModules().values().forEach(block -> all.putAll(block.shared()));
        return all;
    }

    /**
     * {@return the number of trainable parameters of the method itself} These are in adapted
     * weights and in parameters of the base model that it trains as they are, without the head and
     * the modules to save.
     */
    public long adapterSize() {
        return spec.adapterSize();
    }

    /** {@return the number of all trainable parameters} */
    public long size() {
        return parameters().values().stream().mapToLong(p -> p.getArray().size()).sum();
    }

    /** Returns the head, null for none. */
    @Internal
    public Head head() {
        return head;
    }

    /** Returns the trained parameters of the base model that have another shape than there. */
    @Internal
    public Set<String> resized() {
        return saved.entrySet().stream()
                .filter(
                        e ->
                                !e.getValue()
                                        .getArray()
                                        .getShape()
                                        .equals(spec.trained().get(e.getKey())))
                .map(Map.Entry::getKey)
                .collect(Collectors.toUnmodifiableSet());
    }

    /** Starts a parameter of the base model new, before the adapter is in its place. */
    @Internal
    public void restart(String key, Function<String, Parameter> made) {
        Parameter before = saved.get(key);
        Parameter parameter = made.apply(before.getName());
        NDArray array = before.getArray();
        parameter.initialize(array.getManager(), array.getDataType());
        saved.put(key, parameter);
        before.close();
    }

    /** Returns the adapter that has taken its place last, itself if none has. */
    @Internal
    public Adapter latest() {
        Adapter latest = this;
        while (latest.successor != null) {
            latest = latest.successor;
        }
        return latest;
    }

    /** Notes which adapter has taken the place of this one. */
    @Internal
    public void setSuccessor(Adapter next) {
        successor = next;
    }

    /** Returns the head that predictions go through, null for none. */
    @Internal
    public Head usedHead() {
        return headless ? null : head;
    }

    /** Makes predictions give the outputs of the model in place of those of the head. */
    @Internal
    public void setHeadless() {
        headless = true;
    }

    /** Returns what it trains, besides a head. */
    @Internal
    public AdapterSpec spec() {
        return spec;
    }

    /**
     * Takes over what another adapter of the same method, targets and head does, all or nothing.
     *
     * @throws IllegalArgumentException if the parameters can't hold that
     */
    @Internal
    public void copyFrom(Adapter other, NDManager manager) {
        Map<String, Parameter> own = parameters();
        try (NDManager scope = manager.newSubManager()) {
            Map<String, NDArray> values = new LinkedHashMap<>();
            other.parameters().forEach((key, theirs) -> values.put(key, theirs.getArray()));
            for (TargetModule targetModule : targetModules().keySet()) {
                valuesOf(targetModule, other.targetModules().get(targetModule), scope)
                        .forEach((n, v) -> values.put(targetModule.path() + "." + n, v));
            }
            values.keySet().retainAll(own.keySet());
            if (!values.keySet().equals(own.keySet())
                    || !saved.keySet().equals(other.saved.keySet())) {
                throw new IllegalArgumentException(
                        "The other adapter trains other parameters of the base model; load it"
                                + " as a separate adapter");
            }
            if (saved.keySet().stream().anyMatch(key -> !hasShapeOf(other, key))) {
                throw new IllegalArgumentException(
                        "The other adapter has a head of another size; load it as a separate"
                                + " adapter");
            }
            requireEqual(shared(), other.shared());
            own.forEach(
                    (key, parameter) -> WeightAdapter.set(parameter.getArray(), values.get(key)));
            record = other.record;
        }
    }

    private boolean hasShapeOf(Adapter other, String key) {
        Shape shape = saved.get(key).getArray().getShape();
        return other.saved.get(key).getArray().getShape().equals(shape);
    }

    private static void requireEqual(Map<String, NDArray> own, Map<String, NDArray> theirs) {
        boolean equal =
                own.keySet().equals(theirs.keySet())
                        && own.keySet().stream()
                                .allMatch(key -> own.get(key).contentEquals(theirs.get(key)));
        if (!equal) {
            throw new IllegalArgumentException(
                    "The other adapter shares other matrices among its layers; load it as a"
                            + " separate adapter");
        }
    }

    /** Copies what another adapter has besides the Blocks: head, parameters as they are, texts. */
    @Internal
    public void copyRestFrom(Adapter other) {
        record = other.record;
        other.saved.forEach(
                (key, theirs) -> {
                    if (!hasShapeOf(other, key)) {
                        restart(key, name -> Head.weight(name, theirs.getArray().getShape()));
                    }
                    copy(theirs, saved.get(key));
                });
        if (other.head != null) {
            other.head
                    .getDirectParameters()
                    .forEach(e -> copy(e.getValue(), head.getDirectParameters().get(e.getKey())));
        }
    }

    private static void copy(Parameter from, Parameter to) {
        try (NDArray values = from.getArray().stopGradient()) {
            WeightAdapter.set(to.getArray(), values);
        }
    }

    private Map<String, NDArray> valuesOf(
            TargetModule targetModule, WeightAdapter theirs, NDManager scope) {
        try {
            return targetModules().get(targetModule).valuesOf(theirs, scope);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "Module " + targetModule.path() + ": " + e.getMessage(), e);
        }
    }

    /** Releases the parameters. */
    @Override
    public void close() {
        targetModules().values().forEach(WeightAdapter::close);
        saved.values().forEach(Parameter::close);
        if (head != null) {
            head.getDirectParameters().values().forEach(Parameter::close);
        }
    }

    @Override
    public String toString() {
        return "Adapter(%s: %s, %s weights, %s parameters%s)"
                .formatted(
                        name,
                        config(),
                        targetModules().size(),
                        size(),
                        head == null ? "" : ", " + head);
    }
}
