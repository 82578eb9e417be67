/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.loha;

import org.djladapters.adapter.lycoris.LycorisFormat;

/** LoHa adapters with the fields of PEFT. */
final class LoHaFormat extends LycorisFormat {

    LoHaFormat() {
        super("LOHA", LoHaConfig.class, LoHaConfig::builder);
    }
}
