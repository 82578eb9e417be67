/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.hub;

import ai.djl.Device;
import org.djladapters.model.AdaptedModel;
import org.djladapters.rotation.Matmul;
import org.djladapters.rotation.Precision;

/**
 * How a model is opened. Immutable.
 *
 * @see AdaptedModel#open(java.nio.file.Path, OpenOptions)
 */
public final class OpenOptions {

    private final Device device;
    private final boolean fileAccess;
    private final Matmul matmul;
    private final Precision precision;

    private OpenOptions(Builder builder) {
        device = builder.device;
        fileAccess = builder.fileAccess;
        matmul = builder.matmul;
        precision = builder.precision;
    }

    /**
     * Starts options that say nothing yet.
     *
     * @return a builder
     */
    public static Builder builder() {
        return new Builder();
    }

    public Device device() {
        return device;
    }

    public boolean allowsFileAccess() {
        return fileAccess;
    }

    /** Tells whether somebody chose how products are computed. */
    public boolean choosesMatmul() {
        return matmul != null;
    }

    /** How products are computed on a device. */
    public Matmul matmul(Device on) {
        if (matmul != null) {
            return matmul;
        }
        return hasChoice(on) ? Matmul.fastest(precision) : Matmul.MKL;
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
        private Precision precision = Precision.FLOAT32;

        private Builder() {}

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
         * CPU what is {@linkplain Matmul#fastest(Precision) the fastest}, which can be another way
         * in another process; results differ by rounding then. Other devices have nothing to
         * choose.
         *
         * @param matmul the choice, null for the fastest
         * @return this builder
         */
        public Builder optMatmul(Matmul matmul) {
            this.matmul = matmul;
            return this;
        }

        /**
         * Sets what the fastest way of computing products may round factors to. It has no effect
         * together with {@link #optMatmul}, whose choice has a precision of its own, and where the
         * engine's own product, which does not round, is the fastest.
         *
         * @param precision float32 if this is not called; with bfloat16 the factors of products are
         *     rounded to 8 bits of mantissa, added up in float32, and the results are rounded to
         *     bfloat16, while parameters that train keep float32
         * @return this builder
         */
        public Builder optPrecision(Precision precision) {
            this.precision = precision;
            return this;
        }

        /**
         * Makes the options.
         *
         * @return the options
         */
        public OpenOptions build() {
            return new OpenOptions(this);
        }
    }
}
