/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.surgery;

import ai.djl.Device;

/**
 * How a model is opened. Immutable.
 *
 * @see AdaptedModel#open(java.nio.file.Path, OpenOptions)
 */
public final class OpenOptions {

    private final Device device;
    private final boolean fileAccess;

    private OpenOptions(Builder builder) {
        device = builder.device;
        fileAccess = builder.fileAccess;
    }

    /**
     * Starts options that say nothing yet.
     *
     * @return a builder
     */
    public static Builder builder() {
        return new Builder();
    }

    Device device() {
        return device;
    }

    boolean allowsFileAccess() {
        return fileAccess;
    }

    /** Collects {@link OpenOptions}. */
    public static final class Builder {

        private Device device;
        private boolean fileAccess;

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
         * Makes the options.
         *
         * @return the options
         */
        public OpenOptions build() {
            return new OpenOptions(this);
        }
    }
}
