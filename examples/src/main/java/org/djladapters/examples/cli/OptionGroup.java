/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.lang.reflect.Field;
import picocli.CommandLine.Model.OptionSpec;

/** The groups in which a command's help lists its options, in this order. */
enum OptionGroup {
    MODEL_AND_DATA("Model and data"),
    METHOD("Method"),
    CIRCUIT("Circuit"),
    TRAINING("Training"),
    MINING("Mining"),
    MEASUREMENT("Measurement"),
    GENERATION("Generation"),
    SERVER("Server"),
    COMPUTATION("Computation"),
    OUTPUT("Output"),
    GENERAL("General");

    private final String heading;

    OptionGroup(String heading) {
        this.heading = heading;
    }

    /** Puts an option, or all other options of a class, into a group. */
    @Retention(RetentionPolicy.RUNTIME)
    @Target({ElementType.TYPE, ElementType.FIELD})
    @interface In {

        OptionGroup value();
    }

    /** Returns the line above the group's options. */
    String heading() {
        return heading;
    }

    /** Finds the group of an option: that of its annotation, else its user object, or GENERAL. */
    static OptionGroup of(OptionSpec option) {
        if (option.userObject() instanceof OptionGroup own) {
            return own;
        }
        if (!(option.userObject() instanceof Field field)) {
            return GENERAL;
        }
        In single = field.getAnnotation(In.class);
        In shared = field.getDeclaringClass().getAnnotation(In.class);
        if (single != null) {
            return single.value();
        }
        return shared == null ? GENERAL : shared.value();
    }
}
