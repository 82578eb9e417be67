/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.format;

import com.google.gson.JsonElement;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.djladapters.adapter.AdapterConfig;
import org.djladapters.adapter.MethodConfig;
import org.djladapters.adapter.WeightSpec;

/** The format of a method whose configuration lies in fields, besides those of the targets. */
public class MethodFormat implements AdapterFormat {

    private final String peftType;
    private final Class<? extends MethodConfig> type;
    private final Supplier<? extends MethodConfig.Builder<?>> builder;
    private final List<Field> fields;

    /**
     * Describes a format.
     *
     * @param peftType the name of the method in {@code peft_type}
     * @param type the type of its configurations
     * @param builder makes a builder of these, which holds what files without a field mean
     * @param fields the fields
     */
    public MethodFormat(
            String peftType,
            Class<? extends MethodConfig> type,
            Supplier<? extends MethodConfig.Builder<?>> builder,
            Field... fields) {
        this.peftType = peftType;
        this.type = type;
        this.builder = builder;
        this.fields = List.of(fields);
    }

    @Override
    public final String peftType() {
        return peftType;
    }

    @Override
    public final boolean isFor(AdapterConfig config) {
        return type.isInstance(config);
    }

    @Override
    public void write(AdapterConfig config, Map<String, JsonElement> fields) {
        this.fields.forEach(field -> field.write((MethodConfig) config, fields));
        TargetFields.write(config.targets(), fields);
    }

    @Override
    public AdapterConfig read(ConfigFields fields, List<String> modulesToSave) throws IOException {
        MethodConfig.Builder<?> config =
                builder.get().optTargets(TargetFields.read(fields)).optModulesToSave(modulesToSave);
        try {
            for (Field field : this.fields) {
                field.read(fields, config);
            }
            return config.build();
        } catch (IllegalArgumentException e) {
            throw fields.invalid(e.getMessage(), e);
        }
    }

    /**
     * Returns the fields of targets that PEFT's configuration of the method has not. Where they
     * would say something, the layers are listed.
     */
    protected List<String> unknownTargetFields() {
        return List.of();
    }

    @Override
    public void writeLayers(List<WeightSpec> weights, Map<String, JsonElement> fields) {
        AdapterFormat.super.writeLayers(weights, fields);
        TargetFields.listInstead(weights, fields, unknownTargetFields());
    }
}
