/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.fourierft;

import org.djladapters.adapter.dense.SpectrumFormat;

/** FourierFT adapters with the fields of PEFT. */
final class FourierFtFormat extends SpectrumFormat {

    FourierFtFormat() {
        super("FOURIERFT", "fourier_only", FourierFtConfig.class, FourierFtConfig::builder);
    }
}
