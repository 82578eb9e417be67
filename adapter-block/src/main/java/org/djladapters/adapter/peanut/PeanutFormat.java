/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.peanut;

import com.google.gson.JsonNull;
import com.google.gson.JsonPrimitive;
import java.util.List;
import org.djladapters.adapter.CommonOptions;
import org.djladapters.adapter.format.Field;
import org.djladapters.adapter.format.MethodFormat;
import org.djladapters.adapter.peanut.PeanutConfig.Activation;

/**
 * PEANuT adapters with the fields of PEFT. Trained biases and module dropout are fields of our own.
 */
final class PeanutFormat extends MethodFormat {

    PeanutFormat() {
        super(
                "PEANUT",
                PeanutConfig.class,
                PeanutConfig::builder,
                Field.integer("r", CommonOptions.RANK),
                Field.integer("depth", PeanutConfig.DEPTH),
                Field.word(
                        "act_fn",
                        PeanutConfig.ACTIVATION,
                        List.of(Activation.values()),
                        Activation::toString),
                Field.number("scaling", PeanutConfig.SCALING),
                Field.bias("peanut_only").ifSet(),
                Field.moduleDropout().ifSet(),
                Field.written("init_weights", new JsonPrimitive(true)),
                Field.written("exclude_modules", JsonNull.INSTANCE));
    }
}
