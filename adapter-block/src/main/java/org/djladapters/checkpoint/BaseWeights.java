/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.checkpoint;

import static org.djladapters.io.MalformedFileException.quote;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.djladapters.adapter.TargetModule;
import org.djladapters.io.JsonFields;
import org.djladapters.io.MalformedFileException;
import org.djladapters.model.AdaptedModel;
import org.djladapters.rotation.programs.TransformKernel;
import org.djladapters.safetensors.ArrayBytes;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Some weights of a base model, by which an adapter recognizes it: {@value #SAMPLES} of every
 * linear layer and convolution in the numbered layers, which are the same in every export of a
 * checkpoint, whatever head or vocabulary it has. The file of an adapter's tensors holds them as
 * metadata, rounded to bfloat16.
 *
 * <p>Digests of files or of tensors would not do: an export, another way of storing and another
 * type have others, though the model is the same. Weights that differ by no more than rounding to
 * 16 bits are of the same model here; those of a model with another adapter merged differ by more,
 * unless that adapter changes next to nothing.
 */
final class BaseWeights {

    /** The metadata that holds the weights. */
    static final String KEY = "base_weights";

    private static final Logger logger = LoggerFactory.getLogger(BaseWeights.class);

    private static final int SAMPLES = 16;

    /** A module of a numbered layer, not of a head, an embedding or a pooler. */
    private static final Pattern IN_LAYER = Pattern.compile(".*\\.\\d+\\..*");

    /** Picks columns with no period that could coincide with that of the rows. */
    private static final long STRIDE = 2_654_435_761L;

    /**
     * Rounding to bfloat16 changes a number by at most 2^-8 of its value, truncation by at most
     * 2^-7: the stored number was rounded, and that of the model may have been truncated.
     */
    private static final float RELATIVE = 3 * 0x1p-8f;

    /** The smallest step of float16. */
    private static final float ABSOLUTE = 0x1p-24f;

    private BaseWeights() {}

    /** Returns the metadata for a file; none for native Blocks, whose layers have no names. */
    static Map<String, String> of(AdaptedModel model) {
        List<TargetModule> modules = modules(model);
        if (modules.isEmpty()) {
            return Map.of();
        }
        float[] weights = read(model, modules);
        ByteBuffer bytes = ByteBuffer.allocate(2 * weights.length).order(ByteOrder.LITTLE_ENDIAN);
        for (float weight : weights) {
            bytes.putShort(ArrayBytes.toBfloat16(Float.floatToRawIntBits(weight)));
        }
        return Map.of(KEY, Base64.getEncoder().encodeToString(bytes.array()));
    }

    /**
     * Refuses an adapter that was trained on another model, as the metadata of its tensors tell, or
     * warns of it where that is allowed. A file without these metadata and a model of other layers
     * can't be compared and are accepted.
     */
    static void require(AdaptedModel model, Path directory, Map<String, String> metadata)
            throws IOException {
        Optional<TargetModule> other = other(model, metadata.get(KEY));
        if (other.isEmpty()) {
            return;
        }
        String difference =
                "was trained on %s, whose weights are not those of this model: they differ in '%s'"
                        .formatted(
                                base(directory)
                                        .map(name -> "the base model " + quote(name))
                                        .orElse("a base model"),
                                other.get().path());
        Path file = directory.resolve(AdapterFiles.TENSORS);
        if (!model.openOptions().allowsAnyBase()) {
            throw new MalformedFileException(
                    file,
                    ("%s; load it into the model that it was trained on, before "
                                    + "adapters are merged into that for good (mergeAndUnload), or "
                                    + "allow any base (--any-base, optAnyBase)")
                            .formatted(difference));
        }
        logger.warn("Adapter '{}' {}.", file, difference);
    }

    /** Returns the model that an adapter was trained on, by its name. */
    static Optional<String> base(Path directory) throws IOException {
        Optional<String> recorded =
                JsonFields.readIfPresent(directory.resolve(AdapterDirectory.PROVENANCE))
                        .within("base")
                        .text("name");
        return recorded.isPresent() ? recorded : AdapterFiles.baseModel(directory);
    }

    /** Returns a module in which the model has other weights than those that are stored. */
    private static Optional<TargetModule> other(AdaptedModel model, String stored) {
        List<TargetModule> modules = modules(model);
        if (stored == null || modules.isEmpty()) {
            return Optional.empty();
        }
        ByteBuffer bytes;
        try {
            bytes = ByteBuffer.wrap(Base64.getDecoder().decode(stored));
        } catch (IllegalArgumentException e) {
            return Optional.empty(); // written by somebody else
        }
        bytes.order(ByteOrder.LITTLE_ENDIAN);
        if (bytes.remaining() != 2 * SAMPLES * modules.size()) {
            return Optional.empty();
        }
        float[] weights = read(model, modules);
        for (int i = 0; i < weights.length; i++) {
            float own = Float.intBitsToFloat(bytes.getShort() << 16);
            float limit = RELATIVE * Math.max(Math.abs(own), Math.abs(weights[i])) + ABSOLUTE;
            if (!(Math.abs(own - weights[i]) <= limit)) {
                return Optional.of(modules.get(i / SAMPLES));
            }
        }
        return Optional.empty();
    }

    private static List<TargetModule> modules(AdaptedModel model) {
        if (model.directory().isEmpty()) {
            return List.of();
        }
        return model.targetModules().stream()
                .filter(module -> !module.isHead() && IN_LAYER.matcher(module.path()).matches())
                .filter(
                        module ->
                                switch (module.kind()) {
                                    case LINEAR, CONV1D, CONV2D -> true;
                                    case EMBEDDING, WEIGHT -> false;
                                })
                .sorted(Comparator.comparing(TargetModule::path))
                .toList();
    }

    private static float[] read(AdaptedModel model, List<TargetModule> modules) {
        return model.merging()
                .baseSample(
                        parameters -> {
                            float[] weights = new float[SAMPLES * modules.size()];
                            for (int i = 0; i < modules.size(); i++) {
                                read(parameters.get(modules.get(i).parameter()), weights, i);
                            }
                            return weights;
                        });
    }

    /** Reads weights that lie all over a matrix, whose rows are copied, not the whole. */
    private static void read(NDArray matrix, float[] weights, int module) {
        try (NDManager scope = matrix.getManager().newSubManager()) {
            long rows = matrix.getShape().get(0);
            long columns = matrix.getShape().size() / rows;
            long[] picked = new long[SAMPLES];
            for (int j = 0; j < SAMPLES; j++) {
                picked[j] = (2 * j + 1) * rows / (2 * SAMPLES);
            }
            NDArray index = scope.create(picked);
            NDArray found = matrix.get(scope, new NDIndex("{}", index));
            NDArray like = scope.create(new Shape(0), DataType.FLOAT32);
            float[] values = TransformKernel.cast(found, like, scope).toFloatArray();
            for (int j = 0; j < SAMPLES; j++) {
                long column = Math.floorMod((j + 1) * STRIDE, columns);
                weights[module * SAMPLES + j] = values[Math.toIntExact(j * columns + column)];
            }
        }
    }
}
