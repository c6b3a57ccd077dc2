"""Public JSON-RPC nodes of chains that run the Ethereum machine.

Belongs here: which hosts serve a chain without a key, in the order in which they are asked.
Does not belong here: what they are asked (sources/providers/evm_gas.py, sources/providers/evm_blocks.py, sources/providers/evm_whales.py).
"""

from crypto_pipeline.sources.formats.json_rpc import TOO_OFTEN
from crypto_pipeline.sources.kit import Provider

HOSTS: dict[str, dict[str, str]] = {
    "ethereum": {
        "publicnode": "https://ethereum-rpc.publicnode.com",
        "drpc": "https://eth.drpc.org",
        "onerpc": "https://public.1rpc.io/eth",
    },
    "bsc": {
        "publicnode": "https://bsc-rpc.publicnode.com",
        "official": "https://bsc-dataseed.bnbchain.org",
        "drpc": "https://bsc.drpc.org",
    },
    "polygon": {
        "publicnode": "https://polygon-bor-rpc.publicnode.com",
        "drpc": "https://polygon.drpc.org",
        "onerpc": "https://public.1rpc.io/matic",
    },
    "arbitrum": {
        "official": "https://arb1.arbitrum.io/rpc",
        "publicnode": "https://arbitrum-one-rpc.publicnode.com",
        "drpc": "https://arbitrum.drpc.org",
    },
    "optimism": {
        "official": "https://mainnet.optimism.io",
        "publicnode": "https://optimism-rpc.publicnode.com",
        "drpc": "https://optimism.drpc.org",
    },
    "base": {
        "official": "https://mainnet.base.org",
        "publicnode": "https://base-rpc.publicnode.com",
        "drpc": "https://base.drpc.org",
    },
    "avalanche": {
        "official": "https://api.avax.network/ext/bc/C/rpc",
        "publicnode": "https://avalanche-c-chain-rpc.publicnode.com",
        "drpc": "https://avalanche.drpc.org",
    },
    "linea": {
        "official": "https://rpc.linea.build",
        "publicnode": "https://linea-rpc.publicnode.com",
        "drpc": "https://linea.drpc.org",
    },
    "gnosis": {
        "official": "https://rpc.gnosischain.com",
        "publicnode": "https://gnosis-rpc.publicnode.com",
        "drpc": "https://gnosis.drpc.org",
    },
    "zksync": {
        "official": "https://mainnet.era.zksync.io",
        "drpc": "https://zksync.drpc.org",
        "onerpc": "https://public.1rpc.io/zksync2-era",
    },
    "sonic": {
        "official": "https://rpc.soniclabs.com",
        "drpc": "https://sonic.drpc.org",
        "stakely": "https://sonic-json-rpc.stakely.io",
    },
    "fantom": {
        "official": "https://rpcapi.fantom.network",
        "publicnode": "https://fantom-rpc.publicnode.com",
        "drpc": "https://fantom.drpc.org",
    },
    "celo": {
        "official": "https://forno.celo.org",
        "drpc": "https://celo.drpc.org",
        "stakely": "https://celo-json-rpc.stakely.io",
    },
    "scroll": {
        "official": "https://rpc.scroll.io",
        "drpc": "https://scroll.drpc.org",
        "onerpc": "https://public.1rpc.io/scroll",
    },
    "blast": {
        "official": "https://rpc.blast.io",
        "publicnode": "https://blast-rpc.publicnode.com",
        "drpc": "https://blast.drpc.org",
    },
    "mantle": {
        "official": "https://rpc.mantle.xyz",
        "publicnode": "https://mantle-rpc.publicnode.com",
        "drpc": "https://mantle.drpc.org",
    },
    "moonbeam": {
        "official": "https://rpc.api.moonbeam.network",
        "publicnode": "https://moonbeam-rpc.publicnode.com",
        "drpc": "https://moonbeam.drpc.org",
    },
    "moonriver": {
        "official": "https://rpc.api.moonriver.moonbeam.network",
        "publicnode": "https://moonriver-rpc.publicnode.com",
        "drpc": "https://moonriver.drpc.org",
    },
    "cronos": {
        "official": "https://evm.cronos.org",
        "publicnode": "https://cronos-evm-rpc.publicnode.com",
        "drpc": "https://cronos.drpc.org",
    },
    "opbnb": {
        "official": "https://opbnb-mainnet-rpc.bnbchain.org",
        "publicnode": "https://opbnb-rpc.publicnode.com",
        "drpc": "https://opbnb.drpc.org",
    },
    "arbitrum_nova": {
        "official": "https://nova.arbitrum.io/rpc",
        "publicnode": "https://arbitrum-nova-rpc.publicnode.com",
        "drpc": "https://arbitrum-nova.drpc.org",
    },
    "unichain": {
        "official": "https://mainnet.unichain.org",
        "publicnode": "https://unichain-rpc.publicnode.com",
        "drpc": "https://unichain.drpc.org",
    },
    "berachain": {
        "official": "https://rpc.berachain.com",
        "publicnode": "https://berachain-rpc.publicnode.com",
        "drpc": "https://berachain.drpc.org",
    },
    "sei": {
        "official": "https://evm-rpc.sei-apis.com",
        "drpc": "https://sei.drpc.org",
        "nodies": "https://sei-public.nodies.app",
    },
    "hyperevm": {
        "official": "https://rpc.hyperliquid.xyz/evm",
        "drpc": "https://hyperliquid.drpc.org",
        "sentio": "https://hyperevm.rpc.sentio.xyz",
    },
    "monad": {
        "official": "https://rpc.monad.xyz",
        "drpc": "https://monad-mainnet.drpc.org",
        "onfinality": "https://monad-mainnet.api.onfinality.io/public",
    },
    "kaia": {
        "official": "https://public-en.node.kaia.io",
        "drpc": "https://klaytn.drpc.org",
        "onerpc": "https://public.1rpc.io/klay",
    },
    "ronin": {
        "official": "https://api.roninchain.com/rpc",
        "drpc": "https://ronin.drpc.org",
        "tatum": "https://ronin-mainnet.gateway.tatum.io",
    },
    "metis": {
        "official": "https://andromeda.metis.io/",
        "drpc": "https://metis.drpc.org",
        "tenderly": "https://metis-andromeda.gateway.tenderly.co",
    },
    "kava": {
        "official": "https://evm.kava.io",
        "publicnode": "https://kava-evm-rpc.publicnode.com",
        "drpc": "https://kava.drpc.org",
    },
    "rootstock": {
        "official": "https://public-node.rsk.co",
        "drpc": "https://rootstock.drpc.org",
    },
    "flare": {
        "official": "https://flare-api.flare.network/ext/C/rpc",
        "drpc": "https://flare.drpc.org",
        "tatum": "https://flare-mainnet.gateway.tatum.io",
    },
    "ink": {
        "gelato": "https://rpc-gel.inkonchain.com",
        "quicknode": "https://rpc-qnd.inkonchain.com",
        "drpc": "https://ink.drpc.org",
    },
    "worldchain": {
        "alchemy": "https://worldchain-mainnet.g.alchemy.com/public",
        "drpc": "https://worldchain.drpc.org",
        "thirdweb": "https://480.rpc.thirdweb.com",
    },
    "soneium": {
        "official": "https://rpc.soneium.org",
        "drpc": "https://soneium.drpc.org",
    },
    "taiko": {
        "official": "https://rpc.mainnet.taiko.xyz",
        "drpc": "https://taiko.drpc.org",
        "stakely": "https://taiko-json-rpc.stakely.io",
    },
    "core": {
        "official": "https://rpc.coredao.org",
        "drpc": "https://core.drpc.org",
        "onerpc": "https://public.1rpc.io/core",
    },
    "plasma": {
        "official": "https://rpc.plasma.to",
        "drpc": "https://plasma.drpc.org",
    },
    "pulsechain": {
        "publicnode": "https://pulsechain-rpc.publicnode.com",
        "official": "https://rpc.pulsechain.com",
    },
    "filecoin": {
        "glif": "https://api.node.glif.io/rpc/v1",
        "drpc": "https://filecoin.drpc.org",
    },
}
"""Chain, then the operator of the node; the first is asked, the next stand by. No two of a chain share an operator."""

PARAMS: dict[str, dict[str, str]] = {"official_metis": {"owner": "1088"}}
"""What the few addresses with a query need."""

NODES: dict[str, Provider] = {
    f"{operator}_{chain}": Provider(
        f"{operator}_{chain}",
        url,
        docs="https://ethereum.github.io/execution-apis/",
        too_often=TOO_OFTEN,
    )
    for chain, hosts in HOSTS.items()
    for operator, url in hosts.items()
}


def nodes_of(chain: str) -> list[Provider]:
    """The nodes of a chain in the order in which they are asked."""
    return [NODES[f"{operator}_{chain}"] for operator in HOSTS[chain]]
