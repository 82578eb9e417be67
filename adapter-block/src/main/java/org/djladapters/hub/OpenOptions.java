/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.hub;

import ai.djl.Device;
import ai.djl.ndarray.types.DataType;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.DoubleSupplier;
import org.djladapters.io.Internal;
import org.djladapters.kernel.PyTorch;
import org.djladapters.matmul.Matmul;
import org.djladapters.matmul.Precision;
import org.djladapters.matmul.PrecisionTrial;

/** Options for opening a model. Immutable. */
public final class OpenOptions {

    private static final List<DataType> DATA_TYPES =
            List.of(DataType.FLOAT32, DataType.BFLOAT16, DataType.FLOAT16);

    private static final long ADAPTER_CACHE = 256L << 20;

    private final Device device;
    private final boolean fileAccess;
    private final Matmul matmul;
    private final Precision precision;
    private final DataType dataType;
    private final OptionalDouble speedup;
    private final boolean dropout;
    private final boolean gradientCheckpointing;
    private final long adapterCache;
    private final boolean anyBase;
    private final ModelTower tower;

    private OpenOptions(Builder builder) {
        device = builder.device;
        fileAccess = builder.fileAccess;
        matmul = builder.matmul;
        precision = builder.precision;
        dataType = builder.dataType;
        speedup = builder.speedup;
        dropout = builder.dropout;
        gradientCheckpointing = builder.gradientCheckpointing;
        adapterCache = builder.adapterCache;
        anyBase = builder.anyBase;
        tower = builder.tower;
    }

    /** Starts a builder with the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** Starts a builder with these options. */
    public Builder toBuilder() {
        return new Builder(this);
    }

    /** Returns the device of the model: the chosen one, or the engine's default. */
    public Device device() {
        return device == null ? PyTorch.engine().defaultDevice() : device;
    }

    /** Tells whether programs of models may read and write files. */
    public boolean allowsFileAccess() {
        return fileAccess;
    }

    /** Returns in which type models compute; the type of the weights goes before. */
    public Precision precision() {
        return precision == null ? Precision.FLOAT32 : precision;
    }

    /** Tells whether somebody chose the type of the weights, or in which type models compute. */
    public boolean choosesDataType() {
        return dataType != null || (precision != null && precision != Precision.AUTO);
    }

    /**
     * Returns how many times as fast as float32 bfloat16 was in the trial that decided for {@link
     * Precision#AUTO}; empty where there was none.
     */
    public OptionalDouble speedup() {
        return speedup;
    }

    /** Returns these options with what is best for a model in the place of a precision of auto. */
    @Internal
    public OpenOptions decided(ModelDirectory model) throws IOException {
        return decided(model, PrecisionTrial::speedup);
    }

    OpenOptions decided(ModelDirectory model, DoubleSupplier trial) throws IOException {
        if (precision != Precision.AUTO) {
            return this;
        }
        Builder decided = toBuilder().optPrecision(null);
        if (dataType == null
                && !choosesOneDnn()
                && hasChoice(device())
                && model.gainsInBfloat16()) {
            decided.speedup = OptionalDouble.of(trial.getAsDouble());
            decided.precision = PrecisionTrial.choose(decided.speedup.getAsDouble());
        }
        return decided.build();
    }

    /** Returns the type of a checkpoint's weights, in which it computes. */
    public DataType dataType() {
        return dataType == null ? precision().dataType() : dataType;
    }

    private boolean choosesOneDnn() {
        return matmul != null && !matmul.equals(Matmul.MKL);
    }

    private boolean isNarrow() {
        return dataType().getNumOfBytes() < Float.BYTES;
    }

    /** Tells whether training passes drop values as the model's own training did. */
    public boolean dropout() {
        return dropout;
    }

    /**
     * Tells whether training passes keep only what goes into the layers, and compute the rest
     * again.
     */
    public boolean gradientCheckpointing() {
        return gradientCheckpointing;
    }

    /**
     * Returns how many bytes are kept of what is computed from the parameters of single adapters.
     */
    public long adapterCache() {
        return adapterCache;
    }

    /** Tells whether adapters load that were trained on a model of other weights. */
    public boolean allowsAnyBase() {
        return anyBase;
    }

    /** Returns which tower of a model with two is opened; empty for both. */
    public Optional<ModelTower> tower() {
        return Optional.ofNullable(tower);
    }

    /** Tells whether somebody chose how products are computed. */
    public boolean choosesMatmul() {
        return matmul != null;
    }

    /** Returns how products are computed on a device. */
    public Matmul matmul(Device on) {
        if (matmul != null) {
            return matmul;
        }
        return hasChoice(on) && !isNarrow() ? Matmul.fastest() : Matmul.MKL;
    }

    /** Tells whether there are several ways to compute products on a device. */
    public static boolean hasChoice(Device device) {
        return device.getDeviceType().equals(Device.Type.CPU);
    }

    /** Collects {@link OpenOptions}. */
    public static final class Builder {

        private Device device;
        private boolean fileAccess;
        private Matmul matmul;
        private Precision precision;
        private DataType dataType;
        private OptionalDouble speedup = OptionalDouble.empty();
        private boolean dropout;
        private boolean gradientCheckpointing;
        private long adapterCache = ADAPTER_CACHE;
        private boolean anyBase;
        private ModelTower tower;

        private Builder() {}

        private Builder(OpenOptions options) {
            device = options.device;
            fileAccess = options.fileAccess;
            matmul = options.matmul;
            precision = options.precision;
            dataType = options.dataType;
            dropout = options.dropout;
            gradientCheckpointing = options.gradientCheckpointing;
            adapterCache = options.adapterCache;
            anyBase = options.anyBase;
            tower = options.tower;
        }

        /**
         * Sets the device.
         *
         * @param device the device, null for the default one
         * @return this builder
         */
        public Builder optDevice(Device device) {
            this.device = device;
            return this;
        }

        /**
         * Allows a model's program to read and write files, to call operators of libraries that are
         * not known here, and to run code while it is loaded. Such models are refused otherwise.
         * Allow it only for a model of someone whom you would let run any program.
         *
         * @param fileAccess whether it is allowed, false if this is not called
         * @return this builder
         */
        public Builder optAllowFileAccess(boolean fileAccess) {
            this.fileAccess = fileAccess;
            return this;
        }

        /**
         * Sets how the products of linear layers are computed. If this is not called, that is on a
         * CPU what is {@linkplain Matmul#fastest() the fastest}, which can be another way in
         * another process; results differ by rounding then. Other devices, and models in other
         * types than float32, have nothing to choose.
         *
         * @param matmul the choice, null for the fastest
         * @return this builder
         */
        public Builder optMatmul(Matmul matmul) {
            this.matmul = matmul;
            return this;
        }

        /**
         * Sets in which type a model computes. {@link Precision#BFLOAT16} opens it with weights in
         * bfloat16; a TorchScript export of float32 is converted, and refused if it has a statement
         * that is not known to be right in 16 bits. {@link Precision#AUTO} opens what may be faster
         * in bfloat16 as a trial finds, and everything else as if this was not called.
         *
         * @param precision float32 for checkpoints if this is not called, and for exports their own
         *     type
         * @return this builder
         */
        public Builder optPrecision(Precision precision) {
            this.precision = precision;
            return this;
        }

        /**
         * Sets the type in which a HuggingFace checkpoint's weights are kept while it is open,
         * whatever type they are stored in and {@code torch_dtype} of its configuration says: for
         * models that take too much memory in float32, of which the narrow types take half. The
         * model computes in this type, whatever is faster, so this decides the precision too. Its
         * inputs are given in float32 and its outputs are float32, as are adapters, which train as
         * on any other model. An export opens in its own type, and as with {@link #optPrecision} in
         * bfloat16.
         *
         * @param dataType that of the {@linkplain #optPrecision precision} (if this is not called),
         *     float32, bfloat16, with 8 bits of mantissa, or float16, with 11 bits but no numbers
         *     above 65504
         * @return this builder
         * @throws IllegalArgumentException if it is another type
         */
        public Builder optDataType(DataType dataType) {
            if (!DATA_TYPES.contains(dataType)) {
                throw new IllegalArgumentException(
                        "A model opens in float32, bfloat16 or float16, not in "
                                + Precision.nameOf(dataType));
            }
            this.dataType = dataType;
            return this;
        }

        /**
         * Sets whether training passes of a HuggingFace checkpoint drop values at random, at the
         * rates of its configuration ({@code hidden_dropout_prob} and the like), as they did when
         * it was trained. Predictions never do. An export, which has no dropout, is refused.
         *
         * @param dropout false if this is not called
         * @return this builder
         */
        public Builder optDropout(boolean dropout) {
            this.dropout = dropout;
            return this;
        }

        /**
         * Sets whether training passes save memory by gradient checkpointing: they keep what goes
         * into each layer of the model and nothing that is computed inside, and the backward pass
         * computes that again, layer by layer. Gradients stay the same; a step takes longer by
         * about a forward pass. Needs a model with a list of layers, whose passes give the same
         * every time: a model of another kind, and dropout, are refused.
         *
         * @param gradientCheckpointing false if this is not called
         * @return this builder
         * @see <a href="https://arxiv.org/abs/1604.06174">Chen et al., Training Deep Nets with
         *     Sublinear Memory Cost</a>
         */
        public Builder optGradientCheckpointing(boolean gradientCheckpointing) {
            this.gradientCheckpointing = gradientCheckpointing;
            return this;
        }

        /**
         * Sets how much memory is kept for predictions in which rows or threads use adapters of
         * their own: what is computed from the parameters of each, such as the blocks of its
         * rotations. What has not been used for the longest time is released first, and computed
         * again when it is needed. What a batch needs at once is never released before its end.
         *
         * @param bytes the number of bytes, 256 MiB if this is not called
         * @return this builder
         * @throws IllegalArgumentException if it is negative
         */
        public Builder optAdapterCache(long bytes) {
            if (bytes < 0) {
                throw new IllegalArgumentException(
                        "The memory for adapters can't be negative, got " + bytes + " bytes");
            }
            adapterCache = bytes;
            return this;
        }

        /**
         * Sets which tower of a model is opened that has one for texts and one for images, such as
         * CLIP. A tower is a model as any other: it learns classes of images, for example, or gives
         * the vectors of texts. Its layers have the names that they have in the whole.
         *
         * @param tower the tower, null for both, which say how well texts and images fit; a model
         *     of another kind is opened whole
         * @return this builder
         */
        public Builder optTower(ModelTower tower) {
            this.tower = tower;
            return this;
        }

        /**
         * Allows adapters that were trained on a model of the same shape with other weights, such
         * as one that another adapter is merged into: their results may mean nothing. Without this
         * they are refused; with it a warning is logged. What an adapter's files do not tell is not
         * checked, as with those of PEFT.
         *
         * @param anyBase whether it is allowed, false if this is not called
         * @return this builder
         */
        public Builder optAnyBase(boolean anyBase) {
            this.anyBase = anyBase;
            return this;
        }

        /**
         * Makes the options.
         *
         * @return the options
         * @throws IllegalArgumentException if options do not go together: the type of the weights
         *     and another precision, a way of products that only float32 has and a narrower type,
         *     or gradient checkpointing and dropout
         */
        public OpenOptions build() {
            OpenOptions options = new OpenOptions(this);
            boolean both = dataType != null && precision != null && precision != Precision.AUTO;
            if (both && precision.dataType() != dataType) {
                throw new IllegalArgumentException(
                        ("A model with weights in %s computes in that type, not in %s; leave out"
                                        + " the type of the weights or the precision")
                                .formatted(Precision.nameOf(dataType), precision));
            }
            if (options.isNarrow() && options.choosesOneDnn()) {
                throw new IllegalArgumentException(
                        ("Products in %s are the engine's own; leave out the way of products, or"
                                        + " the type")
                                .formatted(Precision.nameOf(options.dataType())));
            }
            if (gradientCheckpointing && dropout) {
                throw new IllegalArgumentException(
                        "Gradient checkpointing runs layers twice and needs the same outputs both"
                                + " times, which dropout changes; leave out one of the two");
            }
            return options;
        }
    }
}
