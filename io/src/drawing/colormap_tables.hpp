/// @file
/// Colours of published maps, in sRGB, six hexadecimal digits each; between them, straight lines.
#pragma once

namespace tessera::detail {

/// Every fifth of 256 colours, by N. J. Smith, S. van der Walt and E. Firing (CC0).
inline constexpr char viridis_table[] =
    "44015446085c471063481769481d6f482475472a7a46307e453781433d844142873f48893d4e8a3a538b"
    "38598c355e8d33638d31688e2e6d8e2c718e2a768e297b8e27808e25848e23898e218e8d20928c1f978b"
    "1e9c891fa18821a58524aa8328ae802eb37c35b7793dbc7446c06f50c46a5ac86465cb5e70cf577cd250"
    "89d54895d840a2da37b0dd2fbddf26cae11fd8e219e5e419f1e51dfde725";

/// By the same.
inline constexpr char inferno_table[] =
    "00000402020c0504170a072210092d160b391e0c45260c512f0a5b380962400a67490b6a510e6c59106e"
    "61136e69166e71196e781c6d801f6c88226a902568982766a02a63a82e5fb0315bb73557bf3952c63d4d"
    "cc4248d34743d94d3ddf5337e45a31e9612bed6925f1711ff47918f78212f98b0bfa9407fb9d07fca60c"
    "fcb014fbba1ffac42af8cd37f6d746f4e156f2ea69f2f27df5f992fcffa4";

/// By the same.
inline constexpr char plasma_table[] =
    "0d08871b068d2605912f059638049a41049d4903a05102a35901a56100a76900a87100a87801a88004a8"
    "8707a68e0ca49511a19c179ea21d9aa82296ae2892b42e8dba3388bf3984c43e7fc9447acd4a76d24f71"
    "d6556dda5b69de6164e26660e66c5ce97257ed7953f07f4ff3854bf58c46f79342f99a3efba139fca835"
    "fdaf31feb72dfebe2afdc627fcce25fbd724f8df25f6e826f3f027f0f921";

/// By J. R. Nuñez, C. R. Anderton and R. S. Renslow (CC0).
inline constexpr char cividis_table[] =
    "00224e002656002a5f002d68003070083370163770203a6f273e6e2e416d34456c3a486c3f4c6c444f6c"
    "49536c4e566c535a6d575d6d5c616e60646f656870696b716d6f727272747676767a7a787e7d78838179"
    "8885788d8878928c789690779b9476a09875a59c74aaa073afa471b5a86fbaac6dbfb06bc4b468c9b965"
    "cfbd62d4c15fdac65bdfca57e5cf52ead34cf0d846f6dd3ffce236fee838";

/// By K. Moreland, Diverging Color Maps for Scientific Visualization, 2009: his table of 33
/// colours.
inline constexpr char coolwarm_table[] =
    "3b4cc0445acc4d68d75775e16282ea6c8ef1779af782a5fb8db0fe98b9ffa3c2ffaec9fdb8d0f9c2d5f4"
    "ccd9eed5dbe6dddddde5d8d1ecd3c5f1ccb9f5c4adf7bba0f7b194f7a687f49a7bf18d6fec7f63e57058"
    "de604dd55042cb3e38c0282fb40426";

} // namespace tessera::detail
